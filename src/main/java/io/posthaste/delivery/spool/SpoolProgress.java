package io.posthaste.delivery.spool;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How far the writer of a spool has committed, for those who follow it in the same process. The delivery thread tells; any
 * thread reads. Telling allocates nothing.
 */
final class SpoolProgress {
    private static final int END_SHIFT = 3;

    private final AtomicLong position = new AtomicLong();
    private volatile long nextSequence;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** So much is committed. */
    void advance(final long segmentNumber, final long end, final long sequence) {
        nextSequence = sequence;
        position.set(segmentNumber << Integer.SIZE | end >>> END_SHIFT);
        for (int i = 0; i < listeners.size(); i++) {
            listeners.get(i).run();
        }
    }

    /** Calls this behind each commit, on the delivery thread: it must be short. */
    void listen(final Runnable listener) {
        listeners.add(listener);
    }

    /** The sequence that the next message gets. */
    long nextSequence() {
        return nextSequence;
    }

    /** Segment and end in one, for {@link #segmentNumber(long)} and {@link #end(long)}. */
    long position() {
        return position.get();
    }

    static long segmentNumber(final long position) {
        return position >>> Integer.SIZE;
    }

    static long end(final long position) {
        return (position & 0xffff_ffffL) << END_SHIFT;
    }
}
