package io.posthaste.loadtest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A set of sequence numbers, one bit each, in chunks that are made when first needed: 1 MiB for eight million messages.
 *
 * <p>Any number of threads may add; {@link #reserve} makes a chunk ahead, so that they need not.
 */
final class SequenceSet {
    /** Largest sequence number, the largest of twelve digits. */
    static final long MAX_SEQUENCE = 999_999_999_999L;

    private static final int BITS_PER_WORD = Long.SIZE;
    private static final int WORDS_PER_CHUNK = 128 * 1024;
    private static final long BITS_PER_CHUNK = (long) WORDS_PER_CHUNK * BITS_PER_WORD;
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    private final AtomicReferenceArray<long[]> chunks =
            new AtomicReferenceArray<>((int) (MAX_SEQUENCE / BITS_PER_CHUNK) + 1);

    /** Makes sure that sequence numbers up to {@code sequence} have room. */
    void reserve(long sequence) {
        chunk((int) (Math.min(MAX_SEQUENCE, sequence) / BITS_PER_CHUNK));
    }

    private long[] chunk(int i) {
        final long[] chunk = chunks.get(i);
        if (chunk != null) {
            return chunk;
        }
        chunks.compareAndSet(i, null, new long[WORDS_PER_CHUNK]);
        return chunks.get(i);
    }

    /** Adds a sequence number; returns whether it is new. */
    boolean add(long sequence) {
        final int bit = (int) (sequence % BITS_PER_CHUNK);
        final long[] chunk = chunk((int) (sequence / BITS_PER_CHUNK));
        final long mask = 1L << (bit % BITS_PER_WORD);
        return ((long) WORDS.getAndBitwiseOr(chunk, bit / BITS_PER_WORD, mask) & mask) == 0;
    }

    boolean contains(long sequence) {
        final long[] chunk = chunks.get((int) (sequence / BITS_PER_CHUNK));
        final int bit = (int) (sequence % BITS_PER_CHUNK);
        return chunk != null
                && ((long) WORDS.getVolatile(chunk, bit / BITS_PER_WORD) & 1L << (bit % BITS_PER_WORD)) != 0;
    }

    /** Sequence numbers in the set. */
    long count() {
        long count = 0;
        for (int i = 0; i < chunks.length(); i++) {
            final long[] chunk = chunks.get(i);
            for (int word = 0; chunk != null && word < WORDS_PER_CHUNK; word++) {
                count += Long.bitCount((long) WORDS.getVolatile(chunk, word));
            }
        }
        return count;
    }

    /** One above the greatest sequence number in the set; 0 when it is empty. */
    long end() {
        for (int i = chunks.length() - 1; i >= 0; i--) {
            final long[] chunk = chunks.get(i);
            for (int word = WORDS_PER_CHUNK - 1; chunk != null && word >= 0; word--) {
                final long bits = (long) WORDS.getVolatile(chunk, word);
                if (bits != 0) {
                    return i * BITS_PER_CHUNK
                            + (long) word * BITS_PER_WORD
                            + BITS_PER_WORD
                            - Long.numberOfLeadingZeros(bits);
                }
            }
        }
        return 0;
    }
}
