package io.posthaste.jmh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Baseline: MAIL and RCPT as a server reads them that makes each command line a {@code String} first. No regular expression,
 * no exception, one pass over local-part and domain; what the benchmark does not send (quoted strings, source routes,
 * literals, stray spaces, length limits) it does not know, so it does rather less than the real parser.
 */
final class StringCommandParser {
    private String mailbox;
    private long declaredSize;
    private boolean eightBit;

    /** Reads a MAIL line; false when it is none. */
    boolean parseMail(final ByteBuffer in, final int from, final int to) {
        final String line = text(in, from, to);
        declaredSize = -1;
        eightBit = false;
        return "MAIL".equals(verb(line)) && parsePath(line, " FROM:<") && parseParameters(line);
    }

    /** Reads a RCPT line; false when it is none. */
    boolean parseRcpt(final ByteBuffer in, final int from, final int to) {
        final String line = text(in, from, to);
        return "RCPT".equals(verb(line)) && parsePath(line, " TO:<") && line.endsWith(">");
    }

    String mailbox() {
        return mailbox;
    }

    long declaredSize() {
        return declaredSize;
    }

    boolean isEightBit() {
        return eightBit;
    }

    private static String text(final ByteBuffer in, final int from, final int to) {
        final byte[] octets = new byte[to - from];
        in.get(from, octets);
        return new String(octets, ISO_8859_1);
    }

    private static String verb(final String line) {
        final int space = line.indexOf(' ');
        return (space < 0 ? line : line.substring(0, space)).toUpperCase(Locale.ROOT);
    }

    private boolean parsePath(final String line, final String keyword) {
        final int space = line.indexOf(' ');
        final int start = space + keyword.length();
        final int end = line.indexOf('>', start);
        if (end < 0 || !line.regionMatches(true, space, keyword, 0, keyword.length())) {
            return false;
        }
        mailbox = line.substring(start, end);
        final int at = mailbox.lastIndexOf('@');
        return at > 0 && isDotted(mailbox, 0, at, "!#$%&'*+-/=?^_`{|}~") && isDotted(mailbox, at + 1, end - start, "-");
    }

    private boolean parseParameters(final String line) {
        final String parameters = line.substring(line.indexOf('>') + 1).trim();
        if (parameters.isEmpty()) {
            return true;
        }
        for (final String parameter : parameters.split(" ")) {
            final int equals = parameter.indexOf('=');
            if (equals < 0 || !accept(parameter.substring(0, equals), parameter.substring(equals + 1))) {
                return false;
            }
        }
        return true;
    }

    private boolean accept(final String keyword, final String value) {
        switch (keyword.toUpperCase(Locale.ROOT)) {
            case "SIZE":
                declaredSize = Long.parseLong(value);
                return true;
            case "BODY":
                eightBit = value.equalsIgnoreCase("8BITMIME");
                return eightBit || value.equalsIgnoreCase("7BIT");
            default:
                return false;
        }
    }

    /** Whether [from, to) is one or more words of letters, digits and these, with a dot between two. */
    private static boolean isDotted(final String text, final int from, final int to, final String others) {
        boolean expectsWord = true;
        for (int i = from; i < to; i++) {
            final char c = text.charAt(i);
            if (c == '.' && !expectsWord) {
                expectsWord = true;
            } else if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || others.indexOf(c) >= 0) {
                expectsWord = false;
            } else {
                return false;
            }
        }
        return !expectsWord;
    }
}
