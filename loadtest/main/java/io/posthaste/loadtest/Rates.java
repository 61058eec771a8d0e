package io.posthaste.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The value of {@code --rate}: one rate, a ramp {@code 1000..50000}, or steps {@code 1000,5000,10000}.
 *
 * @param values messages per second; two for a ramp
 */
record Rates(boolean isRamp, List<Double> values) {
    /** Largest rate that can be asked for. */
    static final double MAX_RATE = 10e6;

    private static final Pattern RATE = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,6})?)(k?)");
    private static final double KILO = 1000;

    /** @throws TypeConversionException in words for the user */
    static Rates parse(String text) {
        final int dots = text.indexOf("..");
        final List<Double> values = new ArrayList<>();
        if (dots >= 0) {
            values.add(rate(text, text.substring(0, dots)));
            values.add(rate(text, text.substring(dots + 2)));
        } else {
            for (final String part : text.split(",", -1)) {
                values.add(rate(text, part));
            }
        }
        for (int i = 0; i < values.size(); i++) {
            final boolean mayBeZero = dots >= 0 && i == 0;
            if (values.get(i) > MAX_RATE || values.get(i) == 0 && !mayBeZero) {
                throw new TypeConversionException("the rate " + text + " is too "
                        + (values.get(i) == 0 ? "small" : "large, the limit is " + (long) MAX_RATE));
            }
        }
        return new Rates(dots >= 0, values);
    }

    private static double rate(String text, String part) {
        final Matcher matcher = RATE.matcher(part);
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is not a rate, as in 20000, 0.5, 1000..50000 or 1k,5k,10k");
        }
        return Double.parseDouble(matcher.group(1)) * (matcher.group(2).isEmpty() ? 1 : KILO);
    }

    /** Whether there are several rates, one after the other. */
    boolean isSteps() {
        return !isRamp && values.size() > 1;
    }

    /** @param lengthNs of the ramp or of each step; of no account for a constant rate */
    RateProfile profile(long lengthNs) {
        if (isRamp) {
            return RateProfile.ramp(values.get(0), values.get(1), lengthNs);
        }
        return isSteps() ? RateProfile.steps(values, lengthNs) : RateProfile.constant(values.get(0));
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<Rates> {
        @Override
        public Rates convert(String text) {
            return parse(text);
        }
    }
}
