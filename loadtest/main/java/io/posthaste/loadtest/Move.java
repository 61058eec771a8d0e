package io.posthaste.loadtest;

/** What a {@link Dialogue} wants its {@link Connection} to do next. */
enum Move {
    /** Nothing: more input is needed. */
    AWAIT,
    /** Ask {@link Dialogue#begin}: the connection is free for a transaction. */
    BEGIN,
    SEND_EHLO,
    SEND_STARTTLS,
    /** Begin the TLS handshake; {@link Dialogue#onSecured} when it is finished. */
    START_TLS,
    SEND_MAIL,
    SEND_RCPT,
    SEND_DATA,
    /** MAIL, each RCPT and DATA in one write. */
    SEND_ENVELOPE,
    /** BDAT and the message in one write. */
    SEND_CHUNK,
    /** MAIL, each RCPT, BDAT and the message, of every transaction of the batch, in one write. */
    SEND_BATCH,
    /** The message and its end-of-data mark in one write. */
    SEND_CONTENT,
    /** The end-of-data mark alone. */
    SEND_END_OF_DATA,
    SEND_RSET,
    SEND_QUIT,
    /** Close the connection for {@link Dialogue#closeReason}. */
    CLOSE
}
