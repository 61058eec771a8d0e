package io.posthaste.server;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.RecordCursor;
import io.posthaste.envelope.Via;
import io.posthaste.reply.ReplyEncoder;
import io.posthaste.session.TransactionListener;
import io.posthaste.session.TransactionOutcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * Makes one reactor's transaction log lines, without allocating, and leaves them for the log's thread.
 *
 * <pre>
 *   id=0d… outcome=accepted code=250 peer=192.0.2.1 helo="mx.example" from="a@b.example" recipients=2
 *     to="c@d.example" to="e@f.example" size=4096 latency_us=180
 * </pre>
 *
 * One line, with {@code tls=TLSv1.3/TLS_AES_256_GCM_SHA384} or the like behind {@code from} when it came over TLS; recipients that do not fit are left out, the count stands. When the log's thread does not keep up, lines are
 * dropped and counted: mail is not held up for its log.
 */
final class TransactionLogBuffer implements TransactionListener {
    static final int LINES = 1024;
    static final int LINE_OCTETS = 2048;

    /** Room that the fields behind the recipients need. */
    private static final int TAIL_OCTETS = 80;

    private static final byte[][] OUTCOMES = outcomes();

    private final SpscVarHandleArrayQueue<ByteBuffer> full = new SpscVarHandleArrayQueue<>(LINES);
    private final SpscVarHandleArrayQueue<ByteBuffer> empty = new SpscVarHandleArrayQueue<>(LINES);
    private final RecordCursor cursor = new RecordCursor();
    private int made;
    private volatile long dropped;

    @Override
    public void onTransaction(
            final Envelope envelope, final TransactionOutcome outcome, final int replyCode, final long latencyNs) {
        final ByteBuffer line = emptyLine();
        if (line == null) {
            countDropped();
            return;
        }
        line.clear();
        put(line, "id=");
        envelope.putId(line);
        put(line, " outcome=");
        line.put(OUTCOMES[outcome.ordinal()]);
        put(line, " code=");
        ReplyEncoder.putDecimal(line, replyCode);
        put(line, " peer=");
        envelope.peer(cursor);
        cursor.putTo(line);
        if (envelope.via() != null) {
            putVia(line, envelope.via());
        }
        envelope.hello(cursor);
        putQuoted(line, " helo=\"");
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
        full.offer(line.flip());
    }

    /** The next line, or null; the log's thread only. */
    ByteBuffer poll() {
        return full.poll();
    }

    /** Takes a line's buffer back; the log's thread only. */
    void giveBack(final ByteBuffer line) {
        empty.offer(line);
    }

    /** Lines lost so far; any thread. */
    long dropped() {
        return dropped;
    }

    private ByteBuffer emptyLine() {
        final ByteBuffer line = empty.poll();
        if (line == null && made < LINES) {
            made++;
            return ByteBuffer.allocate(LINE_OCTETS);
        }
        return line;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
    private void countDropped() {
        dropped++;
    }

    /** Its texts have neither quotation marks nor backslashes. */
    private static void putVia(final ByteBuffer line, final Via via) {
        put(line, " via=");
        put(line, via.balancer().getHostAddress());
        putText(line, " unique_id=\"", via.uniqueId());
        putText(line, " authority=\"", via.authority());
        putText(line, " client_tls=\"", via.tlsVersion());
        putText(line, " client_name=\"", via.clientName());
    }

    private static void putText(final ByteBuffer line, final String key, final String text) {
        if (text != null) {
            put(line, key);
            put(line, text);
            line.put((byte) '"');
        }
    }

    private void putQuoted(final ByteBuffer line, final String key) {
        put(line, key);
        for (int i = cursor.start(); i < cursor.end(); i++) {
            final byte octet = cursor.buffer().get(i);
            if (octet == '"' || octet == '\\') {
                line.put((byte) '\\');
            }
            line.put(octet);
        }
        line.put((byte) '"');
    }

    private static void put(final ByteBuffer line, final String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            line.put((byte) ascii.charAt(i));
        }
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
