package io.posthaste.loadtest;

/**
 * The transactions that a connection has under way: one, or several whose commands and contents left in one write.
 *
 * <p>Engine thread only. No allocation.
 */
final class Batch {
    private final long[] sequences;
    private final long[] plannedNs;

    private int size;
    private int current;

    /** @param capacity transactions at most */
    Batch(int capacity) {
        this.sequences = new long[capacity];
        this.plannedNs = new long[capacity];
    }

    void clear() {
        size = 0;
        current = 0;
    }

    /** @param planned when the message was planned, or {@link Workload#NEVER} */
    void add(long sequence, long planned) {
        sequences[size] = sequence;
        plannedNs[size] = planned;
        size++;
    }

    int capacity() {
        return sequences.length;
    }

    int size() {
        return size;
    }

    /** Sequence number of the i-th transaction. */
    long sequence(int i) {
        return sequences[i];
    }

    /** Sequence number of the transaction whose reply is expected next. */
    long sequence() {
        return sequences[current];
    }

    /** Planned time of the transaction whose reply is expected next. */
    long plannedNs() {
        return plannedNs[current];
    }

    boolean isLast() {
        return current == size - 1;
    }

    /** On to the next transaction's replies. */
    void advance() {
        current++;
    }

    /** Transactions whose last reply has not come. */
    int remaining() {
        return size - current;
    }
}
