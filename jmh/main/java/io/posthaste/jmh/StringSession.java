package io.posthaste.jmh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Set;

/**
 * Baseline: a session behind EHLO as one writes it with strings: a line is made a {@code String} and taken apart, the message
 * is an object of its own, a reply is text that is encoded. Knows MAIL, RCPT and chunks that are the last and whole in the
 * buffer; neither limits nor counters nor any state but the transaction's, so it does a good deal less than the real one.
 */
final class StringSession {
    private static final String INSTANCE = "1hcw3v5k2000";
    private static final int ID_RADIX = 32;

    private final StringCommandParser parser = new StringCommandParser();
    private final Set<String> domains = Set.copyOf(OpenSession.DOMAINS);
    private final boolean keepsContent;
    private PlainMessage message;
    private long lastId;

    StringSession(final ContentFate fate) {
        keepsContent = fate == ContentFate.KEPT;
    }

    /** Consumes [from, to), and answers. */
    void consume(final ByteBuffer in, final int from, final int to, final ByteBuffer out) {
        int position = from;
        while (position < to) {
            final int lf = ByteLoopLines.indexOfEnd(in, position, to);
            if (lf < 0) {
                throw new IllegalStateException("no command line at " + position);
            }
            position = command(in, Octets.asString(in, position, lf - 1), lf + 1, out);
        }
    }

    /** Runs a command line; returns the index behind it and its chunk. */
    private int command(final ByteBuffer in, final String line, final int behind, final ByteBuffer out) {
        switch (StringCommandParser.verb(line)) {
            case "MAIL":
                reply(begin(line) ? "250 2.1.0 Sender OK" : "501 5.5.4 Malformed", out);
                return behind;
            case "RCPT":
                reply(addRecipient(line) ? "250 2.1.5 Recipient OK" : "550 5.7.1 Relaying denied", out);
                return behind;
            case "BDAT":
                final int end = behind + Math.toIntExact(StringChunk.read(line.substring("BDAT ".length())));
                final boolean isTaken = !message.recipients.isEmpty() && take(in, behind, end);
                reply(
                        isTaken
                                ? "250 2.0.0 OK id=" + INSTANCE + Long.toString(message.id, ID_RADIX)
                                : "550 5.6.0 Bare CR or LF in the message",
                        out);
                return end;
            default:
                reply("500 5.5.2 Unrecognised command", out);
                return behind;
        }
    }

    private boolean begin(final String line) {
        if (!parser.parseMail(line)) {
            return false;
        }
        message = new PlainMessage(
                ++lastId, System.currentTimeMillis(), "127.0.0.1", "client.example.com", parser.mailbox());
        return true;
    }

    private boolean addRecipient(final String line) {
        if (!parser.parseRcpt(line)) {
            return false;
        }
        final String mailbox = parser.mailbox();
        final String domain = mailbox.substring(mailbox.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
        return domains.contains(domain) && message.recipients.add(mailbox);
    }

    private boolean take(final ByteBuffer in, final int from, final int to) {
        if (keepsContent) {
            final byte[] octets = new byte[to - from];
            in.get(from, octets);
            message.content = octets;
        }
        return ByteLoopBareLineEndings.count(in, from, to) == 0;
    }

    private static void reply(final String line, final ByteBuffer out) {
        out.put((line + "\r\n").getBytes(US_ASCII));
    }
}
