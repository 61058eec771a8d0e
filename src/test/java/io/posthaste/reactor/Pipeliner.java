package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Sends NOOPs in rows, one behind the other and waiting for nothing, and checks every reply. Not greeted yet at first. */
final class Pipeliner {
    static final String COMMAND = "NOOP\r\n";

    private final SocketClient client;
    private final ByteBuffer row;
    private final StringBuilder replies = new StringBuilder();
    private final int rowLength;
    private String reply;
    private long begun;
    private long answered;
    private boolean ending;

    /** @param rowLength NOOPs of a row */
    Pipeliner(final SocketClient client, final int rowLength) {
        this.client = client;
        this.rowLength = rowLength;
        row = ByteBuffer.wrap(COMMAND.repeat(rowLength).getBytes(StandardCharsets.US_ASCII));
        row.position(row.limit());
    }

    /** Sends what the socket takes and reads what is there. */
    void turn() throws IOException {
        if (!row.hasRemaining() && !ending) {
            row.rewind();
            begun += rowLength;
        }
        client.offers(row);
        replies.append(client.takes());
        check();
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

    private void check() {
        int start = 0;
        int end = replies.indexOf("\r\n");
        while (end >= 0) {
            final String line = replies.substring(start, end);
            if (reply == null) {
                assertEquals("220", line.substring(0, 3), line);
                reply = "";
            } else {
                assertEquals("250 ", line.substring(0, 4), line);
                answered++;
            }
            start = end + 2;
            end = replies.indexOf("\r\n", start);
        }
        replies.delete(0, start);
    }
}
