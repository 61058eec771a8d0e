package io.posthaste.session;

import io.posthaste.metrics.Counter;
import io.posthaste.metrics.ReactorMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/** The counters of {@link ContentFaults}: as they stand, or as they should by a look at the whole content at once. */
public final class FaultCounts {
    private static final Counter[] COUNTERS =
            EnumSet.range(Counter.BARE_LF, Counter.SMUGGLING_CRLF_DOT_CR).toArray(Counter[]::new);

    private final long[] counts;

    private FaultCounts(final long[] counts) {
        this.counts = counts;
    }

    /** As they stand. */
    public static FaultCounts of(final ReactorMetrics metrics) {
        final long[] counts = new long[COUNTERS.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = metrics.count(COUNTERS[i]);
        }
        return new FaultCounts(counts);
    }

    /** What was counted since. */
    public FaultCounts minus(final FaultCounts earlier) {
        final long[] difference = new long[counts.length];
        for (int i = 0; i < counts.length; i++) {
            difference[i] = counts[i] - earlier.counts[i];
        }
        return new FaultCounts(difference);
    }

    /** What content sent by DATA should count, one character an octet, its end included and perhaps more behind it. */
    public static FaultCounts ofMarked(final String wire) {
        final List<String> tokens = tokens(wire);
        for (int i = 0; i + 2 < tokens.size(); i++) {
            if (tokens.subList(i, i + 3).equals(List.of("CRLF", ".", "CRLF"))) {
                return of(tokens.subList(0, i + 3));
            }
        }
        throw new IllegalArgumentException("content without its end");
    }

    /** What the whole content sent by BDAT should count. */
    public static FaultCounts ofCounted(final String octets) {
        return of(tokens(octets));
    }

    private static FaultCounts of(final List<String> tokens) {
        final long[] counts = new long[COUNTERS.length];
        for (int i = 1; i < tokens.size(); i++) {
            final String token = tokens.get(i);
            switch (token) {
                case "LF" -> counts[indexOf("BARE_LF")]++;
                case "CR" -> counts[indexOf("BARE_CR")]++;
                case "\0" -> counts[indexOf("NUL")]++;
                default -> {}
            }
            if (token.equals(".") && i + 1 < tokens.size()) {
                final String before = tokens.get(i - 1);
                final String behind = tokens.get(i + 1);
                final boolean isAlone = before.endsWith("R") || before.endsWith("F");
                final boolean isWholeLine = isAlone && (behind.endsWith("R") || behind.endsWith("F"));
                if (isWholeLine && !(before.equals("CRLF") && behind.equals("CRLF"))) {
                    counts[indexOf("SMUGGLING_" + before + "_DOT_" + behind)]++;
                }
            }
        }
        return new FaultCounts(counts);
    }

    /** Line endings by name, anything else as it is; first the CRLF before it all. */
    private static List<String> tokens(final String octets) {
        final List<String> tokens = new ArrayList<>();
        tokens.add("CRLF");
        for (int i = 0; i < octets.length(); i++) {
            final char octet = octets.charAt(i);
            if (octet == '\r' && i + 1 < octets.length() && octets.charAt(i + 1) == '\n') {
                tokens.add("CRLF");
                i++;
            } else {
                tokens.add(octet == '\r' ? "CR" : octet == '\n' ? "LF" : octet == '.' || octet == 0 ? "" + octet : "x");
            }
        }
        return tokens;
    }

    private static int indexOf(final String name) {
        return Counter.valueOf(name).ordinal() - COUNTERS[0].ordinal();
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof FaultCounts && Arrays.equals(counts, ((FaultCounts) other).counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    /** Those that are not zero. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < counts.length; i++) {
            text.append(counts[i] == 0 ? "" : " " + COUNTERS[i] + "=" + counts[i]);
        }
        return text.append(" }").toString();
    }
}
