package io.posthaste.loadtest;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Message sizes and how often each is sent: {@code 4k}, or {@code mix:4k=70,64k=25,2m=5} with weights behind the sizes.
 *
 * <p>Which size a message gets depends on its sequence number and a seed alone, so that a run can be repeated. Immutable.
 */
final class SizeMix {
    private static final String PREFIX = "mix:";
    private static final Pattern PART = Pattern.compile("([^=]+)=([0-9]{1,6})");

    private final int[] sizes;
    /** Sum of the weights up to and including each size. */
    private final long[] weightSums;

    private SizeMix(int[] sizes, long[] weightSums) {
        this.sizes = sizes;
        this.weightSums = weightSums;
    }

    /** One size for all messages. */
    static SizeMix of(int size) {
        return new SizeMix(new int[] {size}, new long[] {1});
    }

    /** @throws TypeConversionException in words for the user */
    static SizeMix parse(String text) {
        if (!text.startsWith(PREFIX)) {
            return of(size(text));
        }
        final String[] parts = text.substring(PREFIX.length()).split(",", -1);
        final int[] sizes = new int[parts.length];
        final long[] weightSums = new long[parts.length];
        long sum = 0;
        for (int i = 0; i < parts.length; i++) {
            final Matcher matcher = PART.matcher(parts[i]);
            if (!matcher.matches() || Integer.parseInt(matcher.group(2)) == 0) {
                throw new TypeConversionException(
                        "'" + text + "' is not a mix of sizes with weights, as in mix:4k=70,64k=25,2m=5");
            }
            sizes[i] = size(matcher.group(1));
            sum += Integer.parseInt(matcher.group(2));
            weightSums[i] = sum;
        }
        return new SizeMix(sizes, weightSums);
    }

    private static int size(String text) {
        final long size = new Quantity.Size().convert(text);
        if (size < 1 || size > MessageContent.MAX_SIZE) {
            throw new TypeConversionException("a message of " + text + " octets is too "
                    + (size < 1 ? "small" : "large, the limit is " + MessageContent.MAX_SIZE));
        }
        return (int) size;
    }

    /** Number of different sizes. */
    int count() {
        return sizes.length;
    }

    /** Octets of the i-th size. */
    int size(int i) {
        return sizes[i];
    }

    /** Index of the size for a message. */
    int pick(long seed, long sequence) {
        if (sizes.length == 1) {
            return 0;
        }
        final long weight = Long.remainderUnsigned(scramble(seed, sequence), weightSums[weightSums.length - 1]);
        int i = 0;
        while (weightSums[i] <= weight) {
            i++;
        }
        return i;
    }

    /** The output function of SplitMix64 (Steele, Lea and Flood, 2014), which needs no state but the sequence. */
    private static long scramble(long seed, long sequence) {
        long z = seed + (sequence + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    @Override
    public String toString() {
        if (sizes.length == 1) {
            return Integer.toString(sizes[0]);
        }
        final StringBuilder text = new StringBuilder(PREFIX);
        for (int i = 0; i < sizes.length; i++) {
            text.append(i == 0 ? "" : ",")
                    .append(sizes[i])
                    .append('=')
                    .append(weightSums[i] - (i == 0 ? 0 : weightSums[i - 1]));
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SizeMix mix
                && Arrays.equals(sizes, mix.sizes)
                && Arrays.equals(weightSums, mix.weightSums);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(sizes) + Arrays.hashCode(weightSums);
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<SizeMix> {
        @Override
        public SizeMix convert(String text) {
            return parse(text);
        }
    }
}
