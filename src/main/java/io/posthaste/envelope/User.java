package io.posthaste.envelope;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Who has logged in, or tried to: the name with AUTH, never the password. Made once at the login; the envelopes of the session
 * share it, so that it costs a message nothing. Immutable; any thread.
 */
public final class User {
    /** The most octets of {@link #putQuotedTo}. */
    public static final int MOST_QUOTED_OCTETS = 128;

    private static final int REPLACEMENT = '?';
    private static final String CUT = "...";

    private final String name;
    private final byte[] octets;
    private final byte[] quoted;

    /** @param name as the client sent it, of any length and with anything in it */
    public User(final String name) {
        this.name = name;
        octets = name.getBytes(StandardCharsets.UTF_8);
        quoted = quoted(name).getBytes(StandardCharsets.UTF_8);
    }

    /** As the client sent it. */
    public String name() {
        return name;
    }

    /** Octets of {@link #putTo}. */
    public int length() {
        return octets.length;
    }

    /** Puts the name in UTF-8, as the client sent it, behind the target's position. */
    public void putTo(final ByteBuffer target) {
        target.put(octets);
    }

    /**
     * Puts the name for a line of a log, between quotation marks that are not put: printable characters, a question mark for
     * every other, a backslash before a quotation mark or a backslash, three dots at the end of one that is too long.
     */
    public void putQuotedTo(final ByteBuffer line) {
        line.put(quoted);
    }

    private static String quoted(final String name) {
        final StringBuilder text = new StringBuilder();
        final int most = MOST_QUOTED_OCTETS - CUT.length();
        int length = 0;
        int index = 0;
        while (index < name.length()) {
            final int character = name.codePointAt(index);
            final int shown = isPrintable(character) ? character : REPLACEMENT;
            final boolean isEscaped = shown == '"' || shown == '\\';
            length += isEscaped ? 2 : octets(shown);
            if (length > most) {
                return text.append(CUT).toString();
            }
            if (isEscaped) {
                text.append('\\');
            }
            text.appendCodePoint(shown);
            index += Character.charCount(character);
        }
        return text.toString();
    }

    /** In UTF-8. */
    private static int octets(final int character) {
        return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    }

    /** Whether it shows as itself: nothing that ends a line, is not seen, or turns the direction of what is behind it. */
    private static boolean isPrintable(final int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> character == ' ';
            default -> true;
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
