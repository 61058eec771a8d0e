package io.posthaste.jmh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Command lines, without their CRLF, one behind the other in direct memory, as a reactor would find them; taken in turn.
 * They are many and of different lengths, so that no branch predictor learns them by heart. The same in every process.
 */
final class CommandLines {
    private static final int COUNT = 256;
    private static final int SEED = 5321;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final String[] TOP_LEVELS = {"com", "org", "net", "example", "co.uk", "de"};

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final int[] bounds = new int[COUNT + 1];
    private final ByteBuffer buffer;
    private int current;

    private CommandLines(final boolean areMail) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < COUNT; i++) {
            appendLine(text, areMail);
            bounds[i + 1] = text.length();
        }
        buffer = ByteBuffer.allocateDirect(text.length()).put(0, text.toString().getBytes(US_ASCII));
    }

    /** {@code MAIL FROM:<…> SIZE=… BODY=8BITMIME}, three in four with parameters. */
    static CommandLines ofMail() {
        return new CommandLines(true);
    }

    /** {@code RCPT TO:<…>}. */
    static CommandLines ofRcpt() {
        return new CommandLines(false);
    }

    /** How many lines there are; a power of two. */
    static int count() {
        return COUNT;
    }

    /** Goes on to the next line, and from the last to the first. */
    void advance() {
        current = current + 1 & COUNT - 1;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    int from() {
        return bounds[current];
    }

    int to() {
        return bounds[current + 1];
    }

    private void appendLine(final StringBuilder text, final boolean isMail) {
        text.append(isMail ? "MAIL FROM:<" : "RCPT TO:<");
        appendWord(text, 3, 12);
        if (random.nextBoolean()) {
            text.append('.');
            appendWord(text, 3, 12);
        }
        text.append('@');
        if (random.nextInt(4) == 0) {
            text.append("mail.");
        }
        appendWord(text, 4, 16);
        text.append('.').append(TOP_LEVELS[random.nextInt(TOP_LEVELS.length)]).append('>');
        if (isMail && random.nextInt(4) != 0) {
            text.append(" SIZE=").append(random.nextInt(500, 5_000_000));
            text.append(random.nextBoolean() ? " BODY=8BITMIME" : "");
        }
    }

    private void appendWord(final StringBuilder text, final int least, final int most) {
        for (int i = random.nextInt(least, most + 1); i > 0; i--) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
    }
}
