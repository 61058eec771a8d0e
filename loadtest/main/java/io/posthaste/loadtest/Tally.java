package io.posthaste.loadtest;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counters of one engine, in the end of a run. Every message begun ends as exactly one of accepted, rejected or failed.
 *
 * <p>Written by the engine thread only. The four message counts may be read by any thread at any time, the others when
 * the run is over.
 */
final class Tally {
    /** One above the largest reply code. */
    static final int CODE_LIMIT = 600;

    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    private final long[][] replies = new long[Phase.COUNT][CODE_LIMIT];
    /** Text of the first refusal of each kind, as an example. */
    private final String[][] refusals = new String[Phase.COUNT][CODE_LIMIT];

    private final long[][] closes = new long[CloseReason.COUNT][Phase.COUNT];
    /** What the system said about the first close of each kind, null where it had no words. */
    private final String[] closeDetails = new String[CloseReason.COUNT];

    private long lastOutcomeNs;
    private long acceptedOctets;
    private long acceptedInPart;
    private long opened;
    private long pipelined;
    private int givenUp;

    private long handshakes;
    private long resumed;
    private long truncated;
    /** Version and cipher suite of the first handshake, null before. */
    private String protocol;

    private String cipher;

    void onSent(int messages) {
        increment(sent, messages);
    }

    void onAccepted(long nowNs) {
        increment(accepted, 1);
        lastOutcomeNs = nowNs;
    }

    /** Counts the octets of an accepted message. */
    void onAcceptedOctets(int octets) {
        acceptedOctets += octets;
    }

    /** Counts a message of which some recipients were refused and which was accepted for the others nevertheless. */
    void onAcceptedInPart() {
        acceptedInPart++;
    }

    void onRejected(long nowNs) {
        increment(rejected, 1);
        lastOutcomeNs = nowNs;
    }

    void onFailed(int messages, long nowNs) {
        if (messages > 0) {
            increment(failed, messages);
            lastOutcomeNs = nowNs;
        }
    }

    /** One writer: a plain addition and an ordered store, no atomic instruction. */
    private static void increment(AtomicLong counter, long by) {
        counter.lazySet(counter.getPlain() + by);
    }

    /** Adds what another thread counted; neither may be written to any more. */
    void add(Tally other) {
        increment(sent, other.sent());
        increment(accepted, other.accepted());
        increment(rejected, other.rejected());
        increment(failed, other.failed());
        for (int phase = 0; phase < Phase.COUNT; phase++) {
            for (int code = 0; code < CODE_LIMIT; code++) {
                replies[phase][code] += other.replies[phase][code];
                if (refusals[phase][code] == null) {
                    refusals[phase][code] = other.refusals[phase][code];
                }
            }
            for (int reason = 0; reason < CloseReason.COUNT; reason++) {
                closes[reason][phase] += other.closes[reason][phase];
            }
        }
        for (int reason = 0; reason < CloseReason.COUNT; reason++) {
            if (closeDetails[reason] == null) {
                closeDetails[reason] = other.closeDetails[reason];
            }
        }
        // 0 stands for none, and the clock's readings may be negative.
        if (lastOutcomeNs == 0 || other.lastOutcomeNs != 0 && other.lastOutcomeNs - lastOutcomeNs > 0) {
            lastOutcomeNs = other.lastOutcomeNs;
        }
        acceptedOctets += other.acceptedOctets;
        acceptedInPart += other.acceptedInPart;
        opened += other.opened;
        pipelined += other.pipelined;
        givenUp += other.givenUp;
        handshakes += other.handshakes;
        resumed += other.resumed;
        truncated += other.truncated;
        if (protocol == null) {
            protocol = other.protocol;
            cipher = other.cipher;
        }
    }

    /** Counts a reply. The parser holds its last line; it is read for the first refusal of a kind only. */
    void onReply(Phase phase, int code, ReplyParser parser) {
        replies[phase.ordinal()][code]++;
        if (code >= 400 && refusals[phase.ordinal()][code] == null) {
            refusals[phase.ordinal()][code] = parser.text();
        }
    }

    /** Counts the opening of a connection. */
    void onOpened() {
        opened++;
    }

    /** Counts a connection on which the server offered PIPELINING and it is used. */
    void onPipelined() {
        pipelined++;
    }

    /**
     * Counts the end of a connection.
     *
     * @param detail what the system said, or null
     */
    void onClosed(CloseReason reason, Phase phase, String detail) {
        closes[reason.ordinal()][phase.ordinal()]++;
        if (closeDetails[reason.ordinal()] == null) {
            closeDetails[reason.ordinal()] = detail;
        }
    }

    /** Counts a connection that is not opened again since it failed too often in a row. */
    void onGivenUp() {
        givenUp++;
    }

    /** Counts a TLS handshake that is finished. */
    void onSecured(String protocolNow, String cipherNow, boolean isResumed) {
        handshakes++;
        resumed += isResumed ? 1 : 0;
        if (protocol == null) {
            protocol = protocolNow;
            cipher = cipherNow;
        }
    }

    /** Counts a connection that the server closed without close_notify (RFC 8446, section 6.1). */
    void onTruncated() {
        truncated++;
    }

    long sent() {
        return sent.get();
    }

    long accepted() {
        return accepted.get();
    }

    long rejected() {
        return rejected.get();
    }

    long failed() {
        return failed.get();
    }

    long replies(Phase phase, int code) {
        return replies[phase.ordinal()][code];
    }

    /** Text of the first such refusal. */
    String refusal(Phase phase, int code) {
        return refusals[phase.ordinal()][code];
    }

    long closes(CloseReason reason, Phase phase) {
        return closes[reason.ordinal()][phase.ordinal()];
    }

    /** What the system said about the first such close, or null. */
    String closeDetail(CloseReason reason) {
        return closeDetails[reason.ordinal()];
    }

    /** When the last message was accepted, rejected or failed; 0 before. */
    long lastOutcomeNs() {
        return lastOutcomeNs;
    }

    /** Octets of accepted messages, without dot-stuffing and commands. */
    long acceptedOctets() {
        return acceptedOctets;
    }

    /** Messages counted as rejected that some of their recipients got. */
    long acceptedInPart() {
        return acceptedInPart;
    }

    long opened() {
        return opened;
    }

    long pipelined() {
        return pipelined;
    }

    int givenUp() {
        return givenUp;
    }

    long handshakes() {
        return handshakes;
    }

    /** Handshakes that resumed a session. */
    long resumed() {
        return resumed;
    }

    long truncated() {
        return truncated;
    }

    /** Version of the first handshake, or null. */
    String protocol() {
        return protocol;
    }

    /** Cipher suite of the first handshake, or null. */
    String cipher() {
        return cipher;
    }
}
