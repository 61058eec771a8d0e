package io.posthaste.forward;

import io.posthaste.delivery.spool.StoredMessage;
import java.util.BitSet;

/** What is remembered of a message that was read and is not settled: its place, who is open, its attempts. Forwarding thread. */
final class OpenMessage implements Comparable<OpenMessage> {
    final long sequence;
    final long segmentNumber;
    final long offset;
    final long storedEpochMs;

    /** Those still to get it, by their index; null for all. */
    BitSet openRecipients;

    int attempts;
    long nextAttemptEpochMs;

    OpenMessage(final long sequence, final long segmentNumber, final long offset, final long storedEpochMs) {
        this.sequence = sequence;
        this.segmentNumber = segmentNumber;
        this.offset = offset;
        this.storedEpochMs = storedEpochMs;
    }

    static OpenMessage of(final StoredMessage message) {
        return new OpenMessage(
                message.sequence(),
                message.segmentNumber(),
                message.offset(),
                message.envelope().storedEpochMs());
    }

    /** A recipient is settled for good. */
    void close(final int recipient, final int recipients) {
        if (openRecipients == null) {
            openRecipients = new BitSet(recipients);
            openRecipients.set(0, recipients);
        }
        openRecipients.clear(recipient);
    }

    boolean isOpen(final int recipient) {
        return openRecipients == null || openRecipients.get(recipient);
    }

    boolean isSettled() {
        return openRecipients != null && openRecipients.isEmpty();
    }

    /** By the time of the next attempt, then by age. */
    @Override
    public int compareTo(final OpenMessage other) {
        final int byTime = Long.compare(nextAttemptEpochMs, other.nextAttemptEpochMs);
        return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof OpenMessage message && message.sequence == sequence;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(sequence);
    }
}
