package io.posthaste.loadtest;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers with a unit, as they stand on the command line: {@code 4k}, {@code 30s}. */
final class Quantity {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})([a-z]*)");

    private static final Map<String, Long> OCTETS = Map.of("", 1L, "k", 1L << 10, "m", 1L << 20, "g", 1L << 30);
    private static final Map<String, Long> NANOSECONDS = Map.of(
            "ms", TimeUnit.MILLISECONDS.toNanos(1),
            "s", TimeUnit.SECONDS.toNanos(1),
            "m", TimeUnit.MINUTES.toNanos(1),
            "h", TimeUnit.HOURS.toNanos(1));

    private Quantity() {}

    private static long parse(String text, Map<String, Long> units, String expected) {
        final Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
        final Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
        if (unit == null) {
            throw new TypeConversionException("'" + text + "' is not " + expected);
        }
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), (long) unit);
    }

    /** A size in octets, for picocli. */
    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return parse(text, OCTETS, "a size, as in 512, 4k or 1m");
        }
    }

    /** A time in nanoseconds, for picocli. */
    static final class Time implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return parse(text, NANOSECONDS, "a time, as in 500ms, 30s, 5m or 1h");
        }
    }
}
