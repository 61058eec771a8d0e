package io.posthaste.conformance;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One reply of one or more lines (RFC 5321 section 4.2.1).
 *
 * @param code the reply code, 0 when the first line has none
 * @param lines the lines as they came, without their ends
 * @param fault what is wrong with its form and makes it unusable, or null
 * @param laxity what is wrong with its form but a client can overlook, or null
 */
record ServerReply(int code, List<String> lines, String fault, String laxity) {
    private static final int CODE_LENGTH = 3;
    private static final Pattern ENHANCED = Pattern.compile("([245])\\.\\d{1,3}\\.\\d{1,3}( .*)?");

    ServerReply {
        lines = List.copyOf(lines);
    }

    /** The text of a line behind code and separator. */
    String text(final int line) {
        final String whole = lines.get(line);
        return whole.length() > CODE_LENGTH ? whole.substring(CODE_LENGTH + 1) : "";
    }

    /** What is wrong with the enhanced status codes (RFC 2034 section 4), or null: each line has one, of the code's class. */
    String enhancedStatusFault() {
        for (int i = 0; i < lines.size(); i++) {
            final Matcher matcher = ENHANCED.matcher(text(i));
            if (!matcher.matches()) {
                return "no enhanced status code";
            }
            if (matcher.group(1).charAt(0) - '0' != code / 100) {
                return "an enhanced status code of another class";
            }
        }
        return null;
    }

    /** Whether any line begins with an enhanced status code. */
    boolean hasEnhancedStatus() {
        for (int i = 0; i < lines.size(); i++) {
            if (ENHANCED.matcher(text(i)).matches()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return String.join(" / ", lines);
    }
}
