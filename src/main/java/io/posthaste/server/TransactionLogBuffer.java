package io.posthaste.server;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.RecordCursor;
import io.posthaste.reply.ReplyEncoder;
import io.posthaste.session.TransactionListener;
import io.posthaste.session.TransactionOutcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Makes one reactor's transaction log lines, without allocating, and leaves them for the log's thread.
 *
 * <pre>
 *   id=0d… outcome=accepted code=250 peer=192.0.2.1 helo="mx.example" from="a@b.example" recipients=2
 *     to="c@d.example" to="e@f.example" size=4096 latency_us=180
 * </pre>
 *
 * One line; behind {@code peer} the balancer, for a connection that one relayed ({@code via=10.0.0.5 unique_id="…"
 * authority="…" client_tls="…" client_name="…"}, what it told), behind {@code helo} who has logged in ({@code user="ann"}, see {@link
 * io.posthaste.envelope.User#putQuotedTo}), and with {@code tls=TLSv1.3/TLS_AES_256_GCM_SHA384} or the like behind {@code from} when it came over TLS; recipients that do not fit are left out, the count stands. When the log's thread does not keep up, lines are
 * dropped and counted: mail is not held up for its log.
 */
final class TransactionLogBuffer implements TransactionListener {
    static final int LINES = 1024;
    static final int LINE_OCTETS = 2304;

    /** Room that the fields behind the recipients need. */
    private static final int TAIL_OCTETS = 80;

    private static final byte[][] OUTCOMES = outcomes();

    private final LineQueue lines = new LineQueue(LINES, LINE_OCTETS);
    private final RecordCursor cursor = new RecordCursor();

    @Override
    public void onTransaction(
            final Envelope envelope, final TransactionOutcome outcome, final int replyCode, final long latencyNs) {
        final ByteBuffer line = lines.tryTake();
        if (line == null) {
            return;
        }
        put(line, "id=");
        envelope.putId(line);
        put(line, " outcome=");
        line.put(OUTCOMES[outcome.ordinal()]);
        put(line, " code=");
        ReplyEncoder.putDecimal(line, replyCode);
        put(line, " peer=");
        envelope.peer(cursor);
        cursor.putTo(line);
        LineText.putVia(line, envelope.via());
        envelope.hello(cursor);
        putQuoted(line, " helo=\"");
        LineText.putUser(line, envelope.user());
        envelope.reversePath(cursor);
        putQuoted(line, " from=\"");
        if (envelope.tls() != null) {
            put(line, " tls=");
            envelope.tls().putTo(line);
        }
        put(line, " recipients=");
        ReplyEncoder.putDecimal(line, envelope.recipientCount());
        boolean more = envelope.firstRecipient(cursor);
        while (more && line.remaining() > TAIL_OCTETS + 2 * cursor.length()) {
            putQuoted(line, " to=\"");
            more = envelope.nextRecipient(cursor);
        }
        put(line, " size=");
        ReplyEncoder.putDecimal(line, envelope.contentLength());
        put(line, " latency_us=");
        ReplyEncoder.putDecimal(line, latencyNs / 1000);
        lines.offer(line);
    }

    /** The next line, or null; the log's thread only. */
    ByteBuffer poll() {
        return lines.poll();
    }

    /** Takes a line's buffer back; the log's thread only. */
    void giveBack(final ByteBuffer line) {
        lines.giveBack(line);
    }

    /** Lines lost so far; any thread. */
    long dropped() {
        return lines.dropped();
    }

    private void putQuoted(final ByteBuffer line, final String key) {
        LineText.putQuoted(line, key, cursor.buffer(), cursor.start(), cursor.end());
    }

    private static void put(final ByteBuffer line, final String ascii) {
        LineText.put(line, ascii);
    }

    private static byte[][] outcomes() {
        final TransactionOutcome[] values = TransactionOutcome.values();
        final byte[][] names = new byte[values.length][];
        for (final TransactionOutcome value : values) {
            names[value.ordinal()] =
                    value.name().toLowerCase(java.util.Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
        }
        return names;
    }
}
