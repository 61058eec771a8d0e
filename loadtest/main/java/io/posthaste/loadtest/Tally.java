package io.posthaste.loadtest;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counters of one run. Every message begun ends as exactly one of accepted, rejected or failed.
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
    private long opened;
    private long pipelined;
    private int givenUp;

    void onSent() {
        increment(sent);
    }

    void onAccepted(long nowNs) {
        increment(accepted);
        lastOutcomeNs = nowNs;
    }

    void onRejected(long nowNs) {
        increment(rejected);
        lastOutcomeNs = nowNs;
    }

    void onFailed(long nowNs) {
        increment(failed);
        lastOutcomeNs = nowNs;
    }

    /** One writer: a plain increment and an ordered store, no atomic instruction. */
    private static void increment(AtomicLong counter) {
        counter.lazySet(counter.getPlain() + 1);
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

    long opened() {
        return opened;
    }

    long pipelined() {
        return pipelined;
    }

    int givenUp() {
        return givenUp;
    }
}
