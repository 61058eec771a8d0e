package io.posthaste.jmh;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Which benchmark a baseline stands beside, by its name: {@code baselineMailAsString} stands beside {@code mail} of the same
 * class.
 */
final class Baselines {
    private static final String PREFIX = "baseline";

    private Baselines() {}

    static boolean isBaseline(final String method) {
        return method.startsWith(PREFIX);
    }

    /** The method that this baseline stands beside: the longest of those that its name goes on with. */
    static Optional<String> counterpart(final String baseline, final Collection<String> methods) {
        final String rest = baseline.substring(PREFIX.length());
        return methods.stream()
                .filter(method -> !isBaseline(method) && isHeadOf(method, rest))
                .max(Comparator.comparingInt(String::length));
    }

    private static boolean isHeadOf(final String method, final String rest) {
        final String capitalised = Character.toUpperCase(method.charAt(0)) + method.substring(1);
        return rest.startsWith(capitalised)
                && (rest.length() == capitalised.length() || Character.isUpperCase(rest.charAt(capitalised.length())));
    }
}
