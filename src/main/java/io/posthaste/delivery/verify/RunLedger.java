package io.posthaste.delivery.verify;

import java.util.Arrays;
import org.HdrHistogram.Histogram;

/**
 * What came of one run. Two octets for each sequence number, in chunks that are made when first needed:
 *
 * <pre>
 *   bit 15     complete: as many recipient-deliveries came as the message has recipients
 *   bits 0-14  recipient-deliveries that came, 32767 standing for that or more
 * </pre>
 *
 * Recording allocates only for a new chunk. Guarded by its {@link Ledger}.
 */
final class RunLedger {
    /** How a message stands. */
    enum Standing {
        ABSENT,
        PARTIAL,
        COMPLETE
    }

    private static final int CHUNK_BITS = 16;
    /** Sequence numbers of a chunk. */
    static final int CHUNK_LENGTH = 1 << CHUNK_BITS;
    /** Octets of a chunk. */
    static final int CHUNK_OCTETS = CHUNK_LENGTH * Short.BYTES;
    /** Sequence numbers from here on are not tracked. */
    static final long SEQUENCE_LIMIT = 1L << 30;

    private static final int SEEN = 0x7fff;
    private static final int COMPLETE = 0x8000;
    /** Messages with more recipients are not tracked: one recipient more must still be seen as one too many. */
    static final int RECIPIENT_LIMIT = SEEN - 1;

    private static final int FIRST_CHUNKS = 16;
    /** Delays above this are counted as this, in microseconds: a day. */
    private static final long HIGHEST_DELAY_US = 86_400_000_000L;

    private final long run;
    private final Histogram delaysUs = new Histogram(HIGHEST_DELAY_US, 2);
    private short[][] chunks = new short[FIRST_CHUNKS][];
    private long highest = -1;
    private long copies;
    private long deliveries;
    private long surplus;
    private long corrupted;
    private long distinct;
    private long complete;
    private long duplicated;
    private long untracked;
    private long clockAhead;

    RunLedger(final long run) {
        this.run = run;
    }

    /** Whether a message can be tracked without a new chunk. */
    boolean hasChunk(final long sequence) {
        final int index = (int) (sequence >> CHUNK_BITS);
        return index < chunks.length && chunks[index] != null;
    }

    /** Makes the chunk of a sequence number below {@link #SEQUENCE_LIMIT}. */
    void addChunk(final long sequence) {
        final int index = (int) (sequence >> CHUNK_BITS);
        if (index >= chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(2 * chunks.length, index + 1));
        }
        chunks[index] = new short[CHUNK_LENGTH];
    }

    /**
     * Records a copy of a message whose chunk is there.
     *
     * @param recipients of the message as it was sent, 1 to {@link #RECIPIENT_LIMIT}
     * @param weight recipients of this copy
     * @param delayUs from sending to receipt
     */
    void record(final long sequence, final int recipients, final int weight, final boolean intact, final long delayUs) {
        final short[] chunk = chunks[(int) (sequence >> CHUNK_BITS)];
        final int index = (int) sequence & CHUNK_LENGTH - 1;
        final int before = chunk[index] & SEEN;
        final int after = Math.min(SEEN, before + weight);
        final boolean wasComplete = (chunk[index] & COMPLETE) != 0;
        final boolean isComplete = wasComplete || after >= recipients;
        chunk[index] = (short) (after | (isComplete ? COMPLETE : 0));

        highest = Math.max(highest, sequence);
        copies++;
        deliveries += weight;
        surplus += Math.max(0, before + weight - Math.max(before, recipients));
        distinct += before == 0 ? 1 : 0;
        complete += isComplete && !wasComplete ? 1 : 0;
        duplicated += before <= recipients && after > recipients ? 1 : 0;
        corrupted += intact ? 0 : 1;
        if (!wasComplete) {
            recordDelay(delayUs);
        }
    }

    /** Counts a copy that is not tracked. */
    void refuse() {
        untracked++;
    }

    private void recordDelay(final long delayUs) {
        if (delayUs < 0) {
            clockAhead++;
        }
        delaysUs.recordValue(Math.min(HIGHEST_DELAY_US, Math.max(0, delayUs)));
    }

    /** How the message stands; any sequence number. */
    Standing standing(final long sequence) {
        if (sequence > highest || !hasChunk(sequence)) {
            return Standing.ABSENT;
        }
        final short entry = chunks[(int) (sequence >> CHUNK_BITS)][(int) sequence & CHUNK_LENGTH - 1];
        if ((entry & COMPLETE) != 0) {
            return Standing.COMPLETE;
        }
        return entry == 0 ? Standing.ABSENT : Standing.PARTIAL;
    }

    long run() {
        return run;
    }

    /** The highest sequence number that came; -1 before the first. */
    long highest() {
        return highest;
    }

    /** Messages of which something came. */
    long distinct() {
        return distinct;
    }

    /** Messages that came for all their recipients. */
    long complete() {
        return complete;
    }

    /** Messages that came for some of their recipients only. */
    long partial() {
        return distinct - complete;
    }

    /** Messages below the highest of which nothing came. */
    long missing() {
        return highest + 1 - distinct;
    }

    /** Messages with more recipient-deliveries than recipients. */
    long duplicated() {
        return duplicated;
    }

    /** Recipient-deliveries beyond the recipients. */
    long surplus() {
        return surplus;
    }

    /** Copies whose body is not as it was made. */
    long corrupted() {
        return corrupted;
    }

    /** Transactions that carried a message. */
    long copies() {
        return copies;
    }

    /** Recipients of all copies. */
    long deliveries() {
        return deliveries;
    }

    /** Copies not tracked, for lack of room. */
    long untracked() {
        return untracked;
    }

    /** Copies that came before they were sent: the clocks differ. */
    long clockAhead() {
        return clockAhead;
    }

    /** Microseconds from sending to receipt, of all copies but those beyond the recipients. */
    Histogram delaysUs() {
        return delaysUs;
    }
}
