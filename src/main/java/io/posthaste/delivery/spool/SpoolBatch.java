package io.posthaste.delivery.spool;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import java.util.Arrays;

/**
 * The messages that were appended and are not committed yet, borrowed until they are. Allocates only when there are more than
 * ever before. The delivery thread.
 */
final class SpoolBatch {
    private static final int FIRST_CAPACITY = 256;

    private final LargeFiles large;
    private Envelope[] envelopes = new Envelope[FIRST_CAPACITY];
    private int size;
    private int largeCount;

    SpoolBatch(final LargeFiles large) {
        this.large = large;
    }

    int size() {
        return size;
    }

    /** Whether one has its content in a file of its own, whose name must be durable before its record. */
    boolean hasLarge() {
        return largeCount > 0;
    }

    void add(final Envelope envelope) {
        if (size == envelopes.length) {
            envelopes = Arrays.copyOf(envelopes, 2 * envelopes.length);
        }
        envelopes[size++] = envelope;
        if (envelope.stored() instanceof LargeFile) {
            largeCount++;
        }
    }

    /** All of them are in the log; empty then. */
    void committed(final long segmentNumber) {
        try {
            for (int i = 0; i < size && largeCount > 0; i++) {
                large.committed(envelopes[i], segmentNumber);
            }
        } finally {
            clear();
        }
    }

    /** None of them is; their senders are told to try again. Empty then. */
    void fail(final Throwable reason) {
        for (int i = 0; i < size; i++) {
            envelopes[i].status(DeliveryStatus.FAILED_TEMPORARILY);
        }
        try {
            for (int i = 0; i < size && largeCount > 0; i++) {
                large.dropAfter(reason, envelopes[i]);
            }
        } finally {
            clear();
        }
    }

    private void clear() {
        size = 0;
        largeCount = 0;
    }
}
