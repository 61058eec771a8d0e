package io.posthaste.server;

import java.nio.ByteBuffer;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * Takes lines of a log from one reactor to the thread of the logs. The buffers come back to be used again, so that the reactor
 * allocates none once it has made them. When the thread of the logs does not keep up there is none, and the line is dropped.
 */
final class LineQueue {
    private final int capacity;
    private final int lineOctets;
    private final SpscVarHandleArrayQueue<ByteBuffer> full;
    private final SpscVarHandleArrayQueue<ByteBuffer> empty;
    private int made;
    private volatile long dropped;

    /** @param capacity lines that may wait */
    LineQueue(final int capacity, final int lineOctets) {
        this.capacity = capacity;
        this.lineOctets = lineOctets;
        full = new SpscVarHandleArrayQueue<>(capacity);
        empty = new SpscVarHandleArrayQueue<>(capacity);
    }

    // The reactor's side

    /** An empty buffer for a line, which is then to be given to {@link #offer}; null and counted when there is none. */
    ByteBuffer tryTake() {
        final ByteBuffer line = empty.poll();
        if (line != null) {
            return line.clear();
        }
        if (made == capacity) {
            countDropped();
            return null;
        }
        made++;
        return ByteBuffer.allocate(lineOctets);
    }

    /** Takes a line, from 0 to the buffer's position. */
    void offer(final ByteBuffer line) {
        full.offer(line.flip());
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
    private void countDropped() {
        dropped++;
    }

    // The side of the thread of the logs

    /** The next line, or null. */
    ByteBuffer poll() {
        return full.poll();
    }

    /** Takes a line's buffer back. */
    void giveBack(final ByteBuffer line) {
        empty.offer(line);
    }

    /** Lines dropped so far; any thread. */
    long dropped() {
        return dropped;
    }
}
