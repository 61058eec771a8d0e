package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Sends NOOPs in rows, one behind the other and waiting for nothing, and checks every octet of the replies. */
final class Pipeliner {
    static final String COMMAND = "NOOP\r\n";
    private static final int ROWS_A_TURN = 2;

    private final SocketClient client;
    private final ByteBuffer row;
    private final int rowLength;
    /** The first reply; all others are like it. */
    private final StringBuilder reply = new StringBuilder();

    private boolean replyKnown;
    private int position;
    private long begun;
    private long answered;
    private boolean ending;

    /**
     * @param client has heard the greeting
     * @param rowLength NOOPs of a row
     */
    Pipeliner(final SocketClient client, final int rowLength) {
        this.client = client;
        this.rowLength = rowLength;
        row = ByteBuffer.wrap(COMMAND.repeat(rowLength).getBytes(StandardCharsets.US_ASCII));
        begun = rowLength;
    }

    /** Sends what the socket takes, some rows at the most, and reads what is there. */
    void turn() throws IOException {
        for (int rows = 0; rows < ROWS_A_TURN; rows++) {
            client.offers(row);
            if (!row.hasRemaining() && !ending) {
                row.rewind();
                begun += rowLength;
            }
        }
        String text = client.takes();
        while (!text.isEmpty()) {
            check(text);
            text = client.takes();
        }
    }

    /** No further row. */
    void ends() {
        ending = true;
    }

    /** NOOPs answered. */
    long answered() {
        return answered;
    }

    boolean isDone() {
        return ending && answered == begun;
    }

    private void check(final String text) {
        for (int i = 0; i < text.length(); i++) {
            final char octet = text.charAt(i);
            if (!replyKnown) {
                reply.append(octet);
                replyKnown = octet == '\n';
                assertTrue("250 ".startsWith(reply.substring(0, Math.min(4, reply.length()))), () -> "reply: " + reply);
            } else {
                assertTrue(octet == reply.charAt(position), "another reply");
            }
            position++;
            if (replyKnown && position == reply.length()) {
                position = 0;
                answered++;
            }
        }
    }
}
