package io.posthaste.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes ({@code 512}, {@code 64k}, {@code 35m}, {@code 2g}; powers of 1024) and durations ({@code 500ms}, {@code 30s}). */
final class Quantities {
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    private static final Pattern FORM = Pattern.compile("(\\d{1,12})([a-z]*)");

    private Quantities() {}

    /** Octets. */
    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(final String text) {
            final Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
            if (matcher.matches()) {
                final int shift = switch (matcher.group(2)) {
                    case "", "b" -> 0;
                    case "k" -> 10;
                    case "m" -> 20;
                    case "g" -> 30;
                    default -> -1;
                };
                final long number = Long.parseLong(matcher.group(1));
                if (shift >= 0 && number > 0 && number <= Long.MAX_VALUE >> shift) {
                    return number << shift;
                }
            }
            throw new TypeConversionException("'" + text + "' is not a size: write it like 64k, 35m or 2g");
        }
    }

    /** A duration longer than nothing. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(final String text) {
            final Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
            if (matcher.matches()) {
                final long number = Long.parseLong(matcher.group(1));
                final Duration duration = switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    case "d" -> Duration.ofDays(number);
                    default -> Duration.ZERO;
                };
                if (!duration.isZero() && duration.compareTo(Duration.ofDays(366)) < 0) {
                    return duration;
                }
            }
            throw new TypeConversionException(
                    "'" + text + "' is not a duration: write it like 500ms, 30s, 5m, 1h or 5d");
        }
    }

    /** A number of events, or 0 for off. */
    static final class EventsOrOff implements ITypeConverter<Integer> {
        @Override
        public Integer convert(final String text) {
            return numberOrOff(text, "events", 4096);
        }
    }

    /** A number of lines a second, or 0 for off. */
    static final class RateOrOff implements ITypeConverter<Integer> {
        @Override
        public Integer convert(final String text) {
            return numberOrOff(text, "lines a second", 100);
        }
    }

    private static int numberOrOff(final String text, final String what, final int example) {
        if (text.equalsIgnoreCase("off")) {
            return 0;
        }
        if (NUMBER.matcher(text).matches()) {
            return Integer.parseInt(text);
        }
        throw new TypeConversionException(
                "'" + text + "' is not a number of " + what + ": write it like " + example + ", or off");
    }

    /** A duration, or 0. */
    static final class TimeOrNone implements ITypeConverter<Duration> {
        private static final Pattern NONE = Pattern.compile("0+(ms|s|m|h)?");

        private final Time time = new Time();

        @Override
        public Duration convert(final String text) {
            return NONE.matcher(text.toLowerCase(Locale.ROOT)).matches() ? Duration.ZERO : time.convert(text);
        }
    }
}
