package io.posthaste.dnsbl;

import java.util.concurrent.atomic.LongAdder;

/** What the look-ups count. Written by reactors and by the agent, read by any thread. */
public final class DnsblStatistics {
    final LongAdder remembered = new LongAdder();
    final LongAdder lookups = new LongAdder();
    final LongAdder lookupNs = new LongAdder();
    final LongAdder listed = new LongAdder();
    final LongAdder refusals = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder left = new LongAdder();
    final LongAdder foreign = new LongAdder();

    DnsblStatistics() {}

    /** Clients that need not be looked up when they connect, because their result is known or awaited. */
    public long remembered() {
        return remembered.sum();
    }

    /** Nanoseconds that the look-ups which have ended took, together: from the questions to the answer. */
    public long lookupNs() {
        return lookupNs.sum();
    }

    /** Clients looked up. */
    public long lookups() {
        return lookups.sum();
    }

    /** Of those, the ones that a list has. */
    public long listed() {
        return listed.sum();
    }

    /** Recipients refused. */
    public long refusals() {
        return refusals.sum();
    }

    /** Times a list gave no answer: in time, or none that a list gives. */
    public long failures() {
        return failures.sum();
    }

    /** Clients not looked up because too many look-ups were under way. */
    public long left() {
        return left.sum();
    }

    /** Datagrams that were no answer to the question: forged, or late. */
    public long foreign() {
        return foreign.sum();
    }
}
