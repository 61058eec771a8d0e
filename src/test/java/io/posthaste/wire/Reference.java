package io.posthaste.wire;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the parsers of the wire must find, said once more with strings and patterns. Slow, and easy to read. */
final class Reference {
    /** {@link Content#end} of content without its end. */
    static final int NO_END = -1;

    private static final String LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
    private static final String DOMAIN = LABEL + "(?:\\." + LABEL + ")*";
    private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    private static final String DOT_STRING = ATOM + "(?:\\." + ATOM + ")*";
    private static final String QUOTED_STRING = "\"(?:[ !#-\\[\\]-~]|\\\\[ -~])*\"";
    private static final String ROUTE = "(?<route>(?:@" + DOMAIN + ",)*@" + DOMAIN + ":)?";
    private static final String MAILBOX =
            "(?<local>" + DOT_STRING + "|" + QUOTED_STRING + ")@(?<domain>" + DOMAIN + ")";
    private static final String PARAMETERS = "(?<parameters>(?: [A-Za-z0-9][A-Za-z0-9-]*(?:=[!-<>-~]+)?)*)";
    /** Never behind a route. */
    private static final String POSTMASTER = "(?<=<)(?i:postmaster)";

    static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");
    static final Pattern LITERAL = Pattern.compile("\\[[!-Z^-~]+\\]");
    static final Pattern HELLO = Pattern.compile("[ \t]*(?<name>" + DOMAIN + ")[ \t]*");

    private static final Pattern MAIL =
            Pattern.compile(" (?i:FROM):<(?:" + ROUTE + "(?<mailbox>" + MAILBOX + "))?>" + PARAMETERS + "[ \t]*");
    private static final Pattern RCPT =
            Pattern.compile(" (?i:TO):<" + ROUTE + "(?<mailbox>" + MAILBOX + "|" + POSTMASTER + ")>[ \t]*");
    private static final Pattern BARE = Pattern.compile("\r(?!\n)|(?<!\r)\n");

    /** What a path with its parameters says. */
    record Path(String mailbox, long size, boolean eightBit) {}

    /** Content with its dots dropped, empty when there is a bare CR or LF; where it ends on the wire. */
    record Content(String text, int end, boolean bare) {}

    private Reference() {}

    static Verb verb(final String line) {
        final String word = line.split("[ \t]", 2)[0];
        for (final Verb verb : Verb.values()) {
            if (verb != Verb.UNKNOWN && word.toUpperCase(Locale.ROOT).equals(verb.text()) && isAscii(word)) {
                return verb;
            }
        }
        return Verb.UNKNOWN;
    }

    /** The arguments of MAIL, or null when they are refused or have an address literal. */
    static Path mail(final String line) {
        final Matcher matcher = MAIL.matcher(line);
        if (!matcher.matches() || !isWithinLimits(matcher)) {
            return null;
        }
        long size = MailArguments.NO_SIZE;
        String body = null;
        for (final String parameter :
                matcher.group("parameters").toUpperCase(Locale.ROOT).split(" ")) {
            if (parameter.matches("SIZE=[0-9]{1,20}") && size == MailArguments.NO_SIZE) {
                size = new BigInteger(parameter.substring(5))
                        .min(BigInteger.valueOf(Long.MAX_VALUE))
                        .longValue();
            } else if (parameter.matches("BODY=(7BIT|8BITMIME)") && body == null) {
                body = parameter.substring(5);
            } else if (!parameter.isEmpty()) {
                return null;
            }
        }
        final String mailbox = matcher.group("mailbox");
        return new Path(mailbox == null ? "" : mailbox, size, "8BITMIME".equals(body));
    }

    /** The arguments of RCPT, or null when they are refused or have an address literal. */
    static Path rcpt(final String line) {
        final Matcher matcher = RCPT.matcher(line);
        return matcher.matches() && isWithinLimits(matcher)
                ? new Path(matcher.group("mailbox"), MailArguments.NO_SIZE, false)
                : null;
    }

    static Content content(final String wire) {
        final String lines = "\r\n" + wire;
        final int terminator = lines.indexOf("\r\n.\r\n");
        if (terminator >= 0) {
            final String stuffed = lines.substring(0, terminator + 2);
            return content(stuffed, terminator + 3);
        }
        // What may be the start of the terminator, or of CRLF, is not judged yet.
        return content(lines.replaceFirst("(?<=\r\n)\\.\r?\\z", ""), NO_END);
    }

    private static Content content(final String stuffed, final int end) {
        final boolean bare = BARE.matcher(stuffed.replaceFirst("\r\\z", "")).find();
        return new Content(bare ? "" : stuffed.replace("\r\n.", "\r\n").substring(2), end, bare);
    }

    private static boolean isWithinLimits(final Matcher path) {
        final String mailbox = path.group("mailbox");
        final String local = path.group("local");
        final String route = path.group("route");
        if (route != null) {
            for (final String domain : route.split("[@,:]+")) {
                if (domain.length() > PathParser.DOMAIN_LIMIT) {
                    return false;
                }
            }
        }
        return mailbox == null
                || local == null
                || local.length() <= PathParser.LOCAL_PART_LIMIT
                        && path.group("domain").length() <= PathParser.DOMAIN_LIMIT
                        && mailbox.length() + 2 <= PathParser.PATH_LIMIT;
    }

    private static boolean isAscii(final String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
