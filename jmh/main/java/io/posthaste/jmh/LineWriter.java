package io.posthaste.jmh;

import java.util.SplittableRandom;

/** Writes lines that differ in words and lengths, the same ones in every process. */
final class LineWriter {
    private static final int SEED = 5321;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final String[] TOP_LEVELS = {"com", "org", "net", "example", "co.uk", "de"};

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final StringBuilder text = new StringBuilder();

    /** Writes this text. */
    LineWriter text(final String part) {
        text.append(part);
        return this;
    }

    /** Writes one of these texts. */
    LineWriter oneOf(final String... parts) {
        return text(parts[random.nextInt(parts.length)]);
    }

    /** Writes {@code least} to {@code most} letters and digits. */
    LineWriter word(final int least, final int most) {
        return word(LETTERS, least, most);
    }

    /** Writes {@code least} to {@code most} characters of an alphabet that has no surrogates. */
    LineWriter word(final String alphabet, final int least, final int most) {
        for (int i = random.nextInt(least, most + 1); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return this;
    }

    /** Writes a number from {@code least} up to but without {@code end}. */
    LineWriter number(final int least, final int end) {
        text.append(random.nextInt(least, end));
        return this;
    }

    /** Writes a number of four hex digits or less. */
    LineWriter hexGroup() {
        return text(Integer.toHexString(random.nextInt(1 << 16)));
    }

    /** Writes a local-part of one or two words. */
    LineWriter localPart() {
        word(3, 12);
        return isOneIn(2) ? text(".").word(3, 12) : this;
    }

    /** Writes a domain of two to four labels. */
    LineWriter domain() {
        return text(isOneIn(4) ? "mail." : "").word(4, 16).text(".").oneOf(TOP_LEVELS);
    }

    /** Writes {@code local-part@domain}. */
    LineWriter mailbox() {
        return localPart().text("@").domain();
    }

    /** True once in so many times. */
    boolean isOneIn(final int times) {
        return random.nextInt(times) == 0;
    }

    /** What was written since the last call. */
    String take() {
        final String line = text.toString();
        text.setLength(0);
        return line;
    }
}
