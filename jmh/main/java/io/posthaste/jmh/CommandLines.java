package io.posthaste.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Command lines, each with its CRLF, one behind the other in direct memory, as a reactor would find them; taken in turn.
 * They are many and of different lengths, so that no branch predictor learns them by heart. The same in every process.
 */
final class CommandLines {
    private static final int COUNT = 256;
    private static final String CRLF = "\r\n";

    private final int[] bounds = new int[COUNT + 1];
    private final ByteBuffer buffer;
    private int current;

    private CommandLines(final Consumer<LineWriter> line) {
        final LineWriter writer = new LineWriter();
        final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < COUNT; i++) {
            line.accept(writer);
            octets.writeBytes(writer.text(CRLF).take().getBytes(UTF_8));
            bounds[i + 1] = octets.size();
        }
        buffer = ByteBuffer.allocateDirect(octets.size()).put(0, octets.toByteArray());
    }

    /** Lines of any kind, in UTF-8. */
    static CommandLines of(final Consumer<LineWriter> line) {
        return new CommandLines(line);
    }

    /** {@code MAIL FROM:<…> SIZE=… BODY=8BITMIME}, three in four with parameters. */
    static CommandLines ofMail() {
        return of(line -> {
            line.text("MAIL FROM:<").mailbox().text(">");
            if (!line.isOneIn(4)) {
                line.text(" SIZE=").number(500, 5_000_000).oneOf("", " BODY=8BITMIME");
            }
        });
    }

    /** {@code RCPT TO:<…>}. */
    static CommandLines ofRcpt() {
        return of(line -> line.text("RCPT TO:<").mailbox().text(">"));
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

    /** Index of the first octet of the line. */
    int from() {
        return bounds[current];
    }

    /** Index behind its last octet, where its CRLF is. */
    int to() {
        return bounds[current + 1] - CRLF.length();
    }

    /** Octets of all lines, each with its CRLF. */
    int length() {
        return bounds[COUNT];
    }
}
