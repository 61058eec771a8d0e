package io.posthaste.conformance;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a server offers in its answer to EHLO (RFC 5321 section 4.1.1.1).
 *
 * @param keywords each in capitals, with its parameters
 */
public record Capabilities(Map<String, String> keywords) {
    /** A server without extensions. */
    public static final Capabilities NONE = new Capabilities(Map.of());

    private static final int PREFIX_LENGTH = 4;
    private static final int GREATEST_SIZE_DIGITS = 18;

    public Capabilities {
        keywords = Map.copyOf(keywords);
    }

    /**
     * Reads the answer to EHLO.
     *
     * @param lines of the reply, with their codes: {@code 250-SIZE 100}
     */
    public static Capabilities of(final List<String> lines) {
        final Map<String, String> keywords = new TreeMap<>();
        for (int i = 1; i < lines.size(); i++) {
            final String text =
                    lines.get(i).length() > PREFIX_LENGTH ? lines.get(i).substring(PREFIX_LENGTH) : "";
            final String[] words = text.strip().split("\\s+", 2);
            keywords.put(words[0].toUpperCase(Locale.ROOT), words.length > 1 ? words[1] : "");
        }
        return new Capabilities(keywords);
    }

    /** Whether a keyword, in capitals, is offered. */
    public boolean offers(final String keyword) {
        return keywords.containsKey(keyword);
    }

    /** Whether a keyword, in capitals, is offered with a parameter: {@code AUTH} with {@code PLAIN}. */
    public boolean offers(final String keyword, final String parameter) {
        return List.of(keywords.getOrDefault(keyword, "")
                        .toUpperCase(Locale.ROOT)
                        .split("\\s+"))
                .contains(parameter);
    }

    /** The greatest message in octets that SIZE states (RFC 1870 section 4), or 0: none stated. */
    public long sizeLimit() {
        final String size = keywords.getOrDefault("SIZE", "");
        return size.matches("\\d{1," + GREATEST_SIZE_DIGITS + "}") ? Long.parseLong(size) : 0;
    }
}
