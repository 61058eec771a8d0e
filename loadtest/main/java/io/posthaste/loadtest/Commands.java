package io.posthaste.loadtest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The commands of a dialogue, encoded once, end to end in one direct buffer, so that a pipelined envelope is one range:
 *
 * <pre>
 *  │ EHLO │ MAIL │ RCPT 1 │ … │ RCPT n │ DATA │ end of data │ RSET │ QUIT │ STARTTLS │
 * </pre>
 *
 * <p>Immutable.
 */
final class Commands {
    private static final int EHLO = 0;
    private static final int MAIL = 1;
    private static final int FIRST_RCPT = 2;

    private final ByteBuffer octets;
    /** End of each part; part i begins where part i - 1 ends. */
    private final int[] ends;

    private final int data;

    Commands(LoadPlan.Traffic traffic) {
        final int recipients = traffic.recipients();
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        ends = new int[recipients + 7];
        data = FIRST_RCPT + recipients;
        int part = 0;
        ends[part++] = append(all, "EHLO " + traffic.hello());
        final String body = traffic.content().isEightBit() ? " BODY=8BITMIME" : "";
        ends[part++] = append(all, "MAIL FROM:<" + traffic.reversePath() + '>' + body);
        for (int i = 1; i <= recipients; i++) {
            final String number = recipients == 1 ? "" : Integer.toString(i);
            ends[part++] = append(all, "RCPT TO:<" + number + traffic.forwardPath() + '>');
        }
        ends[part++] = append(all, "DATA");
        ends[part++] = append(all, ".");
        ends[part++] = append(all, "RSET");
        ends[part++] = append(all, "QUIT");
        ends[part] = append(all, "STARTTLS");
        octets = ByteBuffer.allocateDirect(all.size())
                .put(all.toByteArray())
                .flip()
                .asReadOnlyBuffer();
    }

    private static int append(ByteArrayOutputStream all, String line) {
        all.writeBytes((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        return all.size();
    }

    /** A view for {@link #frame}, over the shared octets. */
    ByteBuffer view() {
        return octets.duplicate();
    }

    /**
     * Sets position and limit of {@code view} around the commands of a move; of {@link Move#SEND_BATCH} those before BDAT.
     *
     * @param recipient index from 0, for {@link Move#SEND_RCPT} only
     */
    void frame(ByteBuffer view, Move move, int recipient) {
        switch (move) {
            case SEND_EHLO -> frame(view, EHLO, EHLO);
            case SEND_MAIL -> frame(view, MAIL, MAIL);
            case SEND_RCPT -> frame(view, FIRST_RCPT + recipient, FIRST_RCPT + recipient);
            case SEND_DATA -> frame(view, data, data);
            case SEND_ENVELOPE -> frame(view, MAIL, data);
            case SEND_BATCH -> frame(view, MAIL, data - 1);
            case SEND_END_OF_DATA -> frame(view, data + 1, data + 1);
            case SEND_RSET -> frame(view, data + 2, data + 2);
            case SEND_QUIT -> frame(view, data + 3, data + 3);
            case SEND_STARTTLS -> frame(view, data + 4, data + 4);
            default -> throw new IllegalArgumentException("no command: " + move);
        }
    }

    private void frame(ByteBuffer view, int first, int last) {
        view.limit(ends[last]).position(first == 0 ? 0 : ends[first - 1]);
    }
}
