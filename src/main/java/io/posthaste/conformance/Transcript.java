package io.posthaste.conformance;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A dialogue in readable lines: {@code C:} for the client, {@code S:} for the server. A secret of the client's is not shown. One
 * thread.
 */
final class Transcript {
    private static final int LONGEST_LINE = 120;
    private static final int MOST_LINES_OF_A_WRITE = 12;
    private static final int LONGEST_QUOTE = 40;
    private static final HexFormat HEX = HexFormat.of();

    private static final String HIDDEN = "(credentials)";

    private final String secret;
    private final List<String> lines = new ArrayList<>();
    private String lastSent = "";

    /** @param secret in US-ASCII; empty for none */
    Transcript(final String secret) {
        this.secret = secret;
    }

    List<String> lines() {
        return lines;
    }

    /** The end of what was sent last, shortened. */
    String lastSent() {
        return lastSent;
    }

    void note(final String text) {
        lines.add("   " + text);
    }

    void received(final ServerReply reply) {
        for (final String line : reply.lines()) {
            lines.add("S: " + shortened(hiding(line), LONGEST_LINE));
        }
    }

    /** One line for each line sent; all of them but the first are marked as part of the same write. */
    void sent(final byte[] octets) {
        final List<String> written = new ArrayList<>();
        final StringBuilder line = new StringBuilder();
        for (final byte octet : octets) {
            append(line, octet);
            if (octet == '\n') {
                written.add(line.toString());
                line.setLength(0);
            }
        }
        if (line.length() > 0) {
            written.add(line.toString());
        }
        written.replaceAll(this::hiding);
        lastSent = shortened(written.get(written.size() - 1), LONGEST_QUOTE);
        for (int i = 0; i < written.size(); i++) {
            if (i == MOST_LINES_OF_A_WRITE && written.size() > MOST_LINES_OF_A_WRITE + 1) {
                lines.add("   ... " + (written.size() - i) + " more lines");
                break;
            }
            lines.add((i == 0 ? "C: " : "C+ ") + shortened(written.get(i), LONGEST_LINE));
        }
    }

    /** A line, or what was made of several, without the secret. */
    String hiding(final String line) {
        return secret.isEmpty() ? line : line.replace(secret, HIDDEN);
    }

    private static void append(final StringBuilder to, final byte octet) {
        switch (octet) {
            case '\r' -> to.append("\\r");
            case '\n' -> to.append("\\n");
            case '\\' -> to.append("\\\\");
            default -> {
                if (octet >= ' ' && octet < 0x7F) {
                    to.append((char) octet);
                } else {
                    to.append("\\x").append(HEX.toHexDigits(octet));
                }
            }
        }
    }

    private static String shortened(final String text, final int length) {
        final int half = length / 2;
        return text.length() <= length
                ? text
                : text.substring(0, half) + "[...]" + text.substring(text.length() - half);
    }
}
