package io.posthaste.session;

import io.posthaste.reply.Reply;

/** A chunk of BDAT that is not wanted: its octets are counted and forgotten, then it is answered (RFC 3030 section 2). */
final class RefusedChunk {
    private long remaining;
    private Reply reason;
    private State stateBehind;

    /**
     * @param size octets of the chunk
     * @param refusal the answer behind them
     * @param state the session's state behind them
     */
    void begin(final long size, final Reply refusal, final State state) {
        remaining = size;
        reason = refusal;
        stateBehind = state;
    }

    /** Skips octets of [from, to) that belong to the chunk; returns the position behind them. */
    int skip(final int from, final int to) {
        final int count = (int) Math.min(remaining, to - from);
        remaining -= count;
        return from + count;
    }

    boolean isComplete() {
        return remaining == 0;
    }

    Reply reason() {
        return reason;
    }

    State stateBehind() {
        return stateBehind;
    }
}
