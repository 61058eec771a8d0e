package io.posthaste.relay;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the next server said, or what this client says in its place when there is nothing from the server.
 *
 * @param code 200 to 599
 * @param lines the text of each line behind the code, printable ASCII; at least one
 * @param isOurs whether the next server never said it
 */
record HopReply(int code, List<String> lines, boolean isOurs) {
    /** Characters of {@link #text()} at the most: with codes and introduction it fits a reply line of 512 octets. */
    static final int LONGEST_TEXT = 400;

    private static final int CLOSING = 421;
    private static final Pattern ENHANCED = Pattern.compile("([245]\\.\\d{1,3}\\.\\d{1,3})(?: +|$)");

    HopReply {
        lines = List.copyOf(lines);
    }

    /** Said by this client: nothing of the kind came from the next server. */
    static HopReply ours(final int code, final String enhancedStatus, final String text) {
        return new HopReply(code, List.of(enhancedStatus + " " + text), true);
    }

    /** 2yz. */
    boolean isPositive() {
        return code / 100 == 2;
    }

    /** 3yz: go on. */
    boolean isIntermediate() {
        return code / 100 == 3;
    }

    /** 4yz. */
    boolean isTransient() {
        return code / 100 == 4;
    }

    /** 5yz. */
    boolean isPermanent() {
        return code / 100 == 5;
    }

    /** The next server closes the connection (RFC 5321 section 3.8). */
    boolean isClosing() {
        return code == CLOSING;
    }

    /** The enhanced status code (RFC 2034) it came with, if that fits the code; else the general one of its class. */
    String enhancedStatus() {
        final Matcher matcher = ENHANCED.matcher(lines.get(0));
        final String status = matcher.lookingAt() ? matcher.group(1) : "";
        return status.startsWith(code / 100 + ".") ? status : code / 100 + ".0.0";
    }

    /** The text without codes, all lines in one; never empty. */
    String text() {
        final StringBuilder text = new StringBuilder();
        for (final String line : lines) {
            final String words = ENHANCED.matcher(line).replaceFirst("").strip();
            if (!words.isEmpty() && text.length() < LONGEST_TEXT) {
                text.append(text.length() == 0 ? "" : " ").append(words);
            }
        }
        if (text.length() > LONGEST_TEXT) {
            text.setLength(LONGEST_TEXT);
        }
        return text.length() == 0 ? "no text" : text.toString();
    }

    /** {@code 550 5.1.1 No such user}, for people and for a Diagnostic-Code field. */
    @Override
    public String toString() {
        return code + " " + enhancedStatus() + " " + text();
    }
}
