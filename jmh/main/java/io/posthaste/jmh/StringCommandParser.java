package io.posthaste.jmh;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Baseline: MAIL and RCPT as a server reads them that makes each command line a {@code String} first. No regular expression,
 * no exception, one pass over local-part and domain; what the benchmarks do not send (quoted strings, source routes,
 * literals, stray spaces, length limits, parameters given twice) it does not know, so it does rather less than the real
 * parser.
 */
final class StringCommandParser {
    private String mailbox;
    private long declaredSize;
    private boolean eightBit;
    private String ret;
    private String envid;
    private String notifyOn;
    private String orcpt;

    /** Reads a MAIL line; false when it is none. */
    boolean parseMail(final ByteBuffer in, final int from, final int to) {
        return parseMail(Octets.asString(in, from, to));
    }

    /** Reads a RCPT line; false when it is none. */
    boolean parseRcpt(final ByteBuffer in, final int from, final int to) {
        return parseRcpt(Octets.asString(in, from, to));
    }

    boolean parseMail(final String line) {
        declaredSize = -1;
        eightBit = false;
        ret = null;
        envid = null;
        return "MAIL".equals(verb(line)) && parsePath(line, " FROM:<") && parseParameters(line);
    }

    boolean parseRcpt(final String line) {
        notifyOn = null;
        orcpt = null;
        return "RCPT".equals(verb(line)) && parsePath(line, " TO:<") && parseParameters(line);
    }

    /** The first word of a line, in capital letters. */
    static String verb(final String line) {
        final int space = line.indexOf(' ');
        return (space < 0 ? line : line.substring(0, space)).toUpperCase(Locale.ROOT);
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

    /** The value of RET, or null. */
    String ret() {
        return ret;
    }

    /** The value of ENVID, or null. */
    String envid() {
        return envid;
    }

    /** The value of NOTIFY, or null. */
    String notifyOn() {
        return notifyOn;
    }

    /** The value of ORCPT, or null. */
    String orcpt() {
        return orcpt;
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
            case "RET":
                ret = value;
                return value.equalsIgnoreCase("FULL") || value.equalsIgnoreCase("HDRS");
            case "ENVID":
                envid = value;
                return isXtext(value, 0);
            case "NOTIFY":
                notifyOn = value;
                return value.equalsIgnoreCase("NEVER") || isNotifyList(value);
            case "ORCPT":
                orcpt = value;
                return value.indexOf(';') > 0 && isXtext(value, value.indexOf(';') + 1);
            default:
                return false;
        }
    }

    private static boolean isNotifyList(final String value) {
        for (final String occasion : value.split(",")) {
            switch (occasion.toUpperCase(Locale.ROOT)) {
                case "SUCCESS":
                case "FAILURE":
                case "DELAY":
                    break;
                default:
                    return false;
            }
        }
        return true;
    }

    /** RFC 3461, 4, from this index on. */
    private static boolean isXtext(final String value, final int from) {
        for (int i = from; i < value.length(); i++) {
            final char c = value.charAt(i);
            if (c == '+') {
                if (i + 2 >= value.length() || !isUpperHex(value.charAt(i + 1)) || !isUpperHex(value.charAt(i + 2))) {
                    return false;
                }
                i += 2;
            } else if (c <= ' ' || c >= 0x7F || c == '=') {
                return false;
            }
        }
        return true;
    }

    private static boolean isUpperHex(final char c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'F';
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
