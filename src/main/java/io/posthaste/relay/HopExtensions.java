package io.posthaste.relay;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the next server offered in answer to EHLO or LHLO. Immutable. */
final class HopExtensions {
    /** After HELO, or before anything. */
    static final HopExtensions NONE = new HopExtensions(Set.of(), -1);

    private final Set<String> keywords;
    private final long greatestSize;

    private HopExtensions(final Set<String> keywords, final long greatestSize) {
        this.keywords = keywords;
        this.greatestSize = greatestSize;
    }

    /** Reads the lines of a 250; the first is the server's name. What is not understood is left out. */
    static HopExtensions read(final List<String> lines) {
        final Set<String> keywords = new HashSet<>();
        long size = -1;
        for (final String line : lines.subList(1, lines.size())) {
            final String[] words = line.strip().toUpperCase(Locale.ROOT).split(" +");
            keywords.add(words[0]);
            if (words[0].equals("SIZE") && words.length > 1 && words[1].matches("\\d{1,18}")) {
                final long limit = Long.parseLong(words[1]);
                size = limit == 0 ? -1 : limit; // 0: no fixed limit (RFC 1870 section 4)
            }
        }
        return new HopExtensions(keywords, size);
    }

    boolean pipelining() {
        return keywords.contains("PIPELINING");
    }

    boolean chunking() {
        return keywords.contains("CHUNKING");
    }

    boolean eightBitMime() {
        return keywords.contains("8BITMIME");
    }

    /** RFC 3030 section 3 wants both. */
    boolean binaryMime() {
        return keywords.contains("BINARYMIME") && chunking();
    }

    boolean smtpUtf8() {
        return keywords.contains("SMTPUTF8");
    }

    boolean dsn() {
        return keywords.contains("DSN");
    }

    boolean startTls() {
        return keywords.contains("STARTTLS");
    }

    boolean requireTls() {
        return keywords.contains("REQUIRETLS");
    }

    boolean size() {
        return keywords.contains("SIZE");
    }

    /** Whether a message of so many octets is larger than the server says it takes. */
    boolean isTooLarge(final long octets) {
        return greatestSize >= 0 && octets > greatestSize;
    }
}
