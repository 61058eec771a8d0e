package io.posthaste.forward;

import java.util.concurrent.atomic.AtomicLongArray;

/** What a forwarder has done since the start, and how it stands. The forwarding thread writes; any thread reads. */
final class ForwardCounters {
    /** What is counted, or measured. */
    enum Count {
        /** Recipients delivered to. */
        DELIVERED,
        /** Times a recipient was deferred. */
        DEFERRED,
        /** Recipients given up. */
        FAILED,
        /** Messages given to the forwarder, each time. */
        ATTEMPTS,
        /** Times the target was found to be away. */
        OUTAGES,
        /** Messages that may have been sent before the last end of the server, and are sent again, at most. */
        POSSIBLE_DUPLICATES,
        /** Messages that were not settled and are in the spool no more. */
        MISSING,
        /** Times the spool could not be read. */
        READ_FAILURES,
        /** Times the cursor could not be written. */
        CURSOR_FAILURES,
        // Measured, in each turn.
        /** Messages committed and not settled. */
        BACKLOG,
        /** Messages with the forwarder. */
        IN_FLIGHT,
        /** Messages that wait for another attempt. */
        WAITING,
        /** When the oldest open message was stored, milliseconds since 1970; -1 without any. */
        OLDEST_EPOCH_MS,
        /** 1 while the target is away. */
        AWAY,
        /** The oldest segment that is needed. */
        FIRST_NEEDED
    }

    private final AtomicLongArray slots = new AtomicLongArray(Count.values().length);

    void add(final Count count, final long amount) {
        slots.setOpaque(count.ordinal(), slots.getOpaque(count.ordinal()) + amount);
    }

    void set(final Count count, final long value) {
        slots.setRelease(count.ordinal(), value);
    }

    long count(final Count count) {
        return slots.getAcquire(count.ordinal());
    }
}
