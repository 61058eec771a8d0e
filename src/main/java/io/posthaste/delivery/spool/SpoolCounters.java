package io.posthaste.delivery.spool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What a spool has done since it was opened. The delivery thread counts; any thread reads. */
final class SpoolCounters {
    /** What is counted. */
    enum Count {
        /** Messages committed. */
        MESSAGES,
        /** Octets of their records. */
        OCTETS,
        /** Batches committed, each by one sync. */
        BATCHES,
        /** Segments begun. */
        SEGMENTS,
        /** Batches that failed, and a segment with each. */
        FAILED_BATCHES,
        /** Messages refused with a batch that failed, or because no segment could be prepared. */
        FAILED_MESSAGES,
        /** Messages refused because the spool was full. */
        REFUSED_FULL
    }

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] slots = new long[Count.values().length];

    void add(final Count count, final long amount) {
        final int slot = count.ordinal();
        SLOT.setOpaque(slots, slot, (long) SLOT.getOpaque(slots, slot) + amount);
    }

    long count(final Count count) {
        return (long) SLOT.getOpaque(slots, count.ordinal());
    }
}
