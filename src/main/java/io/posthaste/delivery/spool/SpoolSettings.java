package io.posthaste.delivery.spool;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code spool:DIR?size=10g&segment=64m&retain=all&large=1m} sets.
 *
 * @param directory of the spool
 * @param sizeOctets that all segments and large contents may take together
 * @param segmentOctets of one segment
 * @param retention when a segment may be used again
 * @param retentionMs age past which it may, with {@link Retention#AGE}
 * @param largeOctets of content past which it is written as it comes, to a file of its own
 */
public record SpoolSettings(
        Path directory, long sizeOctets, long segmentOctets, Retention retention, long retentionMs, long largeOctets) {
    /** When a segment of acknowledged mail may be used again. */
    public enum Retention {
        /** When it has gone on to all forwarders; without any never: a full spool refuses mail. */
        ALL,
        /** When its last message is older than an age. */
        AGE,
        /** When the spool is full: the newest mail is kept. */
        NEWEST
    }

    /** Octets of all segments unless {@code size} says otherwise. */
    public static final long DEFAULT_SIZE = 10L << 30;
    /** Octets of a segment unless {@code segment} says otherwise, or a message needs more. */
    public static final long DEFAULT_SEGMENT = 64L << 20;
    /** The least a segment can be. */
    public static final long LEAST_SEGMENT = 64L << 10;
    /** The most a segment can be. */
    public static final long GREATEST_SEGMENT = 8L << 30;
    /** Room for the envelope of a message of the greatest size. */
    public static final long ENVELOPE_ALLOWANCE = 1L << 20;

    /** Octets of a content past which it is large, unless {@code large} says otherwise. */
    public static final long DEFAULT_LARGE = 1L << 20;
    /** The least that can be called large: what comes in one block. */
    public static final long LEAST_LARGE = 4L << 10;

    /** What one read can bring behind a content that is nearly large, each line ending of it made two octets. */
    private static final long GREATEST_READ = 128L << 10;

    private static final int LEAST_SEGMENTS = 3;
    private static final Pattern QUANTITY = Pattern.compile("(\\d{1,12})([a-z]?)");

    /** With contents large as by default. */
    public SpoolSettings(
            final Path directory,
            final long sizeOctets,
            final long segmentOctets,
            final Retention retention,
            final long retentionMs) {
        this(directory, sizeOctets, segmentOctets, retention, retentionMs, DEFAULT_LARGE);
    }

    /** @throws IllegalArgumentException sizes that do not fit together; one line for the operator */
    public SpoolSettings {
        if (segmentOctets < LEAST_SEGMENT || segmentOctets > GREATEST_SEGMENT) {
            throw new IllegalArgumentException("spool: segment must be 64k to 8g, not " + segmentOctets + " octets");
        }
        if (sizeOctets < LEAST_SEGMENTS * segmentOctets) {
            throw new IllegalArgumentException("spool: size must be at least " + LEAST_SEGMENTS
                    + " segments, but it is " + sizeOctets + " octets and a segment " + segmentOctets);
        }
    }

    /**
     * Reads what stands behind {@code spool:}.
     *
     * @param largestMessage octets of content that a message may have: a segment holds at least one, or one that is not large
     * @throws IllegalArgumentException one line for the operator
     */
    public static SpoolSettings parse(final String text, final long largestMessage) {
        final int question = text.indexOf('?');
        final Path directory = directory(question < 0 ? text : text.substring(0, question));
        long size = DEFAULT_SIZE;
        long segment = 0;
        Retention retention = Retention.ALL;
        long retentionMs = 0;
        long large = DEFAULT_LARGE;
        for (final String setting :
                question < 0 ? new String[0] : text.substring(question + 1).split("&", -1)) {
            final String[] pair = setting.split("=", 2);
            final String value = pair.length < 2 ? "" : pair[1].toLowerCase(Locale.ROOT);
            switch (pair[0]) {
                case "size" -> size = octets(setting, value);
                case "segment" -> segment = alignedDown(octets(setting, value));
                case "large" -> large = large(octets(setting, value));
                case "retain" -> {
                    retention = retention(value);
                    retentionMs = retention == Retention.AGE ? milliseconds(setting, value) : 0;
                }
                default ->
                    throw new IllegalArgumentException(
                            "spool: does not know '" + setting + "': write spool:DIR?size=10g&segment=64m&retain=7d");
            }
        }
        final long largestRecord = Math.min(largestMessage, large + GREATEST_READ);
        final long need = largestRecord + ENVELOPE_ALLOWANCE;
        final long largestLarge = largestMessage > large ? largestMessage : 0;
        if (segment == 0) {
            final long usual = largestLarge == 0
                    ? DEFAULT_SEGMENT
                    : Math.min(DEFAULT_SEGMENT, alignedDown((size - largestLarge) / LEAST_SEGMENTS));
            segment = Math.max(usual, alignedDown(need + SegmentFormat.RECORDS_OFFSET - 1));
        } else if (segment < need) {
            throw new IllegalArgumentException("spool: a segment of " + segment + " octets cannot hold a message of "
                    + largestRecord + ": raise segment or lower large");
        }
        final SpoolSettings settings = new SpoolSettings(directory, size, segment, retention, retentionMs, large);
        final long least = LEAST_SEGMENTS * segment + largestLarge;
        if (size < least) {
            throw new IllegalArgumentException(
                    "spool: size must be at least " + LEAST_SEGMENTS + " segments and a message of " + largestMessage
                            + " octets, " + least + " octets in all, not " + size);
        }
        return settings;
    }

    private static long large(final long octets) {
        if (octets < LEAST_LARGE) {
            throw new IllegalArgumentException("spool: large must be at least 4k, not " + octets + " octets");
        }
        return octets;
    }

    private static Path directory(final String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("spool: names no directory: use spool:DIR");
        }
        try {
            return Path.of(name);
        } catch (final InvalidPathException e) {
            throw new IllegalArgumentException("spool: is given a bad directory name: " + e.getReason(), e);
        }
    }

    private static Retention retention(final String value) {
        return switch (value) {
            case "all" -> Retention.ALL;
            case "newest" -> Retention.NEWEST;
            default -> Retention.AGE;
        };
    }

    private static long octets(final String setting, final String value) {
        final Matcher matcher = QUANTITY.matcher(value);
        if (matcher.matches()) {
            final int shift = switch (matcher.group(2)) {
                case "" -> 0;
                case "k" -> 10;
                case "m" -> 20;
                case "g" -> 30;
                case "t" -> 40;
                default -> -1;
            };
            final long number = Long.parseLong(matcher.group(1));
            if (shift >= 0 && number <= Long.MAX_VALUE >> shift) {
                return number << shift;
            }
        }
        throw new IllegalArgumentException("spool: '" + setting + "' is not a size: write it like size=10g");
    }

    private static long milliseconds(final String setting, final String value) {
        final Matcher matcher = QUANTITY.matcher(value);
        if (matcher.matches()) {
            final TimeUnit unit = switch (matcher.group(2)) {
                case "s" -> TimeUnit.SECONDS;
                case "m" -> TimeUnit.MINUTES;
                case "h" -> TimeUnit.HOURS;
                case "d" -> TimeUnit.DAYS;
                default -> null;
            };
            if (unit != null) {
                return unit.toMillis(Long.parseLong(matcher.group(1)));
            }
        }
        throw new IllegalArgumentException(
                "spool: '" + setting + "' is neither all, newest nor an age: write it like retain=7d");
    }

    /** Segments are whole pages. */
    private static long alignedDown(final long octets) {
        return octets & -SegmentFormat.RECORDS_OFFSET;
    }
}
