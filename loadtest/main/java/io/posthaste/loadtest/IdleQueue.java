package io.posthaste.loadtest;

/**
 * The connections that are free while no message is due, the one that has waited longest first. A connection is in it
 * once at most; one that was closed meanwhile is still in it, which whoever polls must look at.
 *
 * <p>Engine thread only. No allocation.
 */
final class IdleQueue {
    private final Connection[] ring;
    private int head;
    private int size;

    /** @param capacity number of connections */
    IdleQueue(int capacity) {
        ring = new Connection[capacity];
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The connection must not be in the queue. */
    void offer(Connection connection) {
        int tail = head + size;
        if (tail >= ring.length) {
            tail -= ring.length;
        }
        ring[tail] = connection;
        size++;
    }

    /** Takes the first one; the queue must not be empty. */
    Connection poll() {
        final Connection connection = ring[head];
        ring[head] = null;
        if (++head == ring.length) {
            head = 0;
        }
        size--;
        return connection;
    }
}
