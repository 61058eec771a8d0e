package io.posthaste.delivery.spool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What a spool has done since it was opened. The delivery thread counts, or the parts' thread; any thread reads. */
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
        REFUSED_FULL,
        /** Of the messages committed, those with a content in a file of its own. */
        LARGE_MESSAGES,
        /** Octets of these contents. */
        LARGE_OCTETS,
        /** Large contents given up in the middle by their client, or refused behind it. The parts' thread. */
        LARGE_ABANDONED,
        /** Large contents refused in the middle: no room, or the disk failed. The parts' thread. */
        LARGE_REFUSED
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
