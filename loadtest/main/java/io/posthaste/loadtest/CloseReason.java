package io.posthaste.loadtest;

/** Why a connection ended; each end is counted under one of these, with the phase it happened in. */
enum CloseReason {
    /** QUIT was answered, or the run was over. */
    COMPLETED("completed"),
    CONNECT_REFUSED("connection refused"),
    CONNECT_FAILED("could not connect"),
    TIMED_OUT("timed out"),
    CONNECTION_RESET("connection reset by the server"),
    END_OF_STREAM("connection closed by the server"),
    /** Not a reply of RFC 5321, section 4.2. */
    MALFORMED_REPLY("malformed reply"),
    /** A reply that no command asked for, or of a kind that the command does not allow. */
    OUT_OF_STEP("reply out of step"),
    /** Greeting, EHLO or STARTTLS answered with 4yz or 5yz. */
    SESSION_REFUSED("session refused"),
    /** EHLO does not list an extension that the load asks for (CHUNKING, 8BITMIME, STARTTLS). */
    NOT_OFFERED("extension not offered"),
    /** Octets in plain where the TLS handshake was to begin, as an intruder would put them behind 220 to STARTTLS. */
    NOT_TLS("plain text where TLS was to begin"),
    /** The handshake failed, the certificate was not trusted, or a record was broken. */
    TLS_FAILED("TLS failed"),
    /** 421: the server announced that it closes (RFC 5321, section 3.8). */
    SERVICE_CLOSING("421 from the server"),
    /** The content was refused while it was still being sent, so the dialogue cannot go on. */
    REFUSED_WHILE_SENDING("refused while content was being sent"),
    /** 354 after some, but not all, recipients were refused: only closing drops such a transaction. */
    TRANSACTION_ABANDONED("transaction abandoned after 354"),
    RSET_REFUSED("RSET refused"),
    IO_ERROR("i/o error"),
    /** A defect of the generator itself. */
    DEFECT("defect of the load generator");

    /** Number of reasons, for tables indexed by ordinal. */
    static final int COUNT = values().length;

    private final String description;

    CloseReason(String description) {
        this.description = description;
    }

    String description() {
        return description;
    }
}
