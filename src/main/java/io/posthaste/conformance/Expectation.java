package io.posthaste.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a case takes for an answer: {@code 250 251 55z 421 close ; enhanced}. Codes, classes of codes in the notation of RFC
 * 5321 ({@code 5yz}, {@code 55z}), {@code close} when the server may close the connection instead; behind each semicolon a
 * demand on the form.
 *
 * @param source as it stands in the case
 * @param codes patterns of codes
 * @param orClose whether a closed connection will do
 * @param demands on the form of the reply, all of which it must meet
 */
record Expectation(String source, List<Pattern> codes, boolean orClose, List<Demand> demands) {
    private static final Pattern CODE = Pattern.compile("[2-5]([0-5y][0-9z])");

    /** A demand on the form of a reply. */
    interface Demand {
        /** What is wrong with the reply, or null. */
        String fault(ServerReply reply);
    }

    Expectation {
        codes = List.copyOf(codes);
        demands = List.copyOf(demands);
    }

    /**
     * Reads an expectation.
     *
     * @throws IllegalArgumentException with what is wrong with it
     */
    static Expectation parse(final String source) {
        final String[] parts = source.split(";");
        final List<Pattern> codes = new ArrayList<>();
        boolean orClose = false;
        for (final String word : parts[0].strip().split("\\s+")) {
            if (word.equals("close")) {
                orClose = true;
            } else if (CODE.matcher(word).matches()) {
                codes.add(Pattern.compile(word.replace("y", "[0-5]").replace("z", "[0-9]")));
            } else {
                throw new IllegalArgumentException("'" + word + "' is neither a code, a class of codes nor close");
            }
        }
        final List<Demand> demands = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            demands.add(demand(parts[i].strip()));
        }
        return new Expectation(source.strip(), codes, orClose, demands);
    }

    /** What is wrong with the reply, or null when it will do. */
    String fault(final ServerReply reply) {
        if (reply.fault() != null) {
            return reply.fault();
        }
        if (!includes(reply.code())) {
            return "";
        }
        for (final Demand demand : demands) {
            final String fault = demand.fault(reply);
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    /** Whether a code is among those taken. */
    boolean includes(final int code) {
        final String text = Integer.toString(code);
        return codes.stream().anyMatch(pattern -> pattern.matcher(text).matches());
    }

    private static Demand demand(final String text) {
        final int space = text.indexOf(' ');
        final String word = space < 0 ? text : text.substring(0, space);
        final String argument = space < 0 ? "" : text.substring(space).strip();
        switch (word) {
            case "enhanced":
                return ServerReply::enhancedStatusFault;
            case "plain":
                return reply -> reply.hasEnhancedStatus() ? "an enhanced status code where none belongs" : null;
            case "multiline":
                return reply -> reply.lines().size() > 1 ? null : "a reply of one line";
            case "single":
                return reply -> reply.lines().size() == 1 ? null : "a reply of several lines";
            case "strict":
                return ServerReply::laxity;
            case "offers":
                return reply -> offers(reply, argument) ? null : "a reply without the keyword " + argument;
            case "lacks":
                return reply -> offers(reply, argument) ? "a reply with the keyword " + argument : null;
            case "text":
                final Pattern pattern = Pattern.compile(argument);
                return reply -> pattern.matcher(reply.text(0)).find() ? null : "a text without " + argument;
            default:
                throw new IllegalArgumentException("'" + word + "' is no demand on a reply");
        }
    }

    private static boolean offers(final ServerReply reply, final String keyword) {
        return Capabilities.of(reply.lines()).offers(keyword.toUpperCase(Locale.ROOT));
    }
}
