package io.posthaste.server;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.RecordCursor;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.policy.Verdict;
import io.posthaste.reply.ReplyEncoder;
import io.posthaste.session.AccessListener;
import io.posthaste.session.Login;
import io.posthaste.session.Peer;
import io.posthaste.session.Rejection;
import io.posthaste.wire.Verb;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one reactor's lines about refused senders and recipients, and about logins, and takes them to the thread of the logs,
 * which gives each to the logger {@code io.posthaste.access}. A refusal of a client that no balancer relays allocates nothing.
 *
 * <pre>
 *   reject=rcpt reason=recipient_unknown code=550 status=5.1.1 peer=192.0.2.1 helo="mx.example" id=0d… from="a@b.example"
 *     to="c@d.example"
 *   reject=rcpt reason=listed code=550 status=5.7.1 peer=192.0.2.1 helo="mx.example" id=0d… from="a@b.example"
 *     to="c@d.example" list="bl.example" text="Your address is on a DNS block list: …"
 *   reject=mail reason=sender_blocked code=550 status=5.7.1 peer=192.0.2.1 helo="mx.example" from="a@b.example"
 *   login=failed code=535 status=5.7.8 mechanism=PLAIN peer=192.0.2.1 helo="mx.example" user="ann"
 * </pre>
 *
 * What a client says comes behind what it cannot choose, and in quotation marks. {@code via} stands behind {@code peer} as in
 * the transaction log, {@code user} behind {@code helo} for who has logged in; an address that cannot be read is left out. At most
 * so many lines of each kind a second, and {@value #LINES} not yet written; others are counted, and their number is logged.
 */
final class AccessLog implements AccessListener, LogSource {
    static final String LOGGER_NAME = "io.posthaste.access";
    static final int DEFAULT_LINES_PER_SECOND = 100;
    static final int MOST_LINES_PER_SECOND = 100_000;
    static final int LINES = 256;
    static final int LINE_OCTETS = 4096;

    private static final long TELL_NS = TimeUnit.SECONDS.toNanos(10);
    private static final Logger LOG = LoggerFactory.getLogger(LOGGER_NAME);

    private final ReactorMetrics metrics;
    private final Consumer<String> writer;
    private final LongSupplier clock;
    private final LineQueue lines = new LineQueue(LINES, LINE_OCTETS);

    // The reactor's.
    private final LineRate rejections;
    private final LineRate logins;
    private final RecordCursor cursor = new RecordCursor();

    // The log thread's.
    private long leftOut;
    private long toldNs;

    /** @param linesPerSecond of each kind */
    AccessLog(final int linesPerSecond, final ReactorMetrics metrics) {
        this(linesPerSecond, metrics, LOG::info, System::nanoTime);
    }

    /**
     * @param writer takes each line
     * @param clock in nanoseconds, of the thread of the logs
     */
    AccessLog(
            final int linesPerSecond,
            final ReactorMetrics metrics,
            final Consumer<String> writer,
            final LongSupplier clock) {
        this.metrics = metrics;
        this.writer = writer;
        this.clock = clock;
        rejections = new LineRate(linesPerSecond);
        logins = new LineRate(linesPerSecond);
        toldNs = clock.getAsLong() - TELL_NS;
    }

    // ---- the reactor's side

    @Override
    public void onRejection(final Rejection rejection, final long nowNs) {
        final ByteBuffer line = rejections.tryLine(nowNs) ? lines.tryTake() : null;
        if (line == null) {
            metrics.increment(Counter.REJECTIONS_LEFT_OUT);
            return;
        }
        LineText.put(line, rejection.command() == Verb.MAIL ? "reject=mail reason=" : "reject=rcpt reason=");
        LineText.put(line, rejection.reason().word());
        putCodes(line, rejection.code(), rejection.enhancedStatus());
        putPeer(line, rejection.peer());
        LineText.putQuoted(line, " helo=\"", rejection.hello(), rejection.helloLength());
        LineText.putUser(line, rejection.user());
        putAddresses(line, rejection);
        putVerdict(line, rejection.verdict());
        lines.offer(line);
    }

    @Override
    public void onLogin(final Login login, final long nowNs) {
        final ByteBuffer line = logins.tryLine(nowNs) ? lines.tryTake() : null;
        if (line == null) {
            metrics.increment(Counter.LOGINS_LEFT_OUT);
            return;
        }
        LineText.put(line, "login=");
        LineText.put(line, login.result().word());
        putCodes(line, login.reply().code(), login.reply().enhancedStatus());
        if (!login.mechanism().isEmpty()) {
            LineText.put(line, " mechanism=");
            LineText.put(line, login.mechanism());
        }
        putPeer(line, login.peer());
        final byte[] hello = login.hello().getBytes(StandardCharsets.ISO_8859_1);
        LineText.putQuoted(line, " helo=\"", hello, hello.length);
        LineText.putUser(line, login.user());
        lines.offer(line);
    }

    private static void putCodes(final ByteBuffer line, final int code, final String enhancedStatus) {
        LineText.put(line, " code=");
        ReplyEncoder.putDecimal(line, code);
        LineText.put(line, " status=");
        LineText.put(line, enhancedStatus);
    }

    private static void putPeer(final ByteBuffer line, final Peer peer) {
        LineText.put(line, " peer=");
        line.put(peer.literal());
        LineText.putVia(line, peer.via());
    }

    private void putAddresses(final ByteBuffer line, final Rejection rejection) {
        final Envelope envelope = rejection.envelope();
        if (envelope != null) {
            LineText.put(line, " id=");
            envelope.putId(line);
            envelope.reversePath(cursor);
            LineText.putQuoted(line, " from=\"", cursor.buffer(), cursor.start(), cursor.end());
        }
        if (rejection.octets() != null) {
            LineText.putQuoted(
                    line,
                    envelope == null ? " from=\"" : " to=\"",
                    rejection.octets(),
                    rejection.addressStart(),
                    rejection.addressEnd());
        }
    }

    /** @param verdict null for none */
    private static void putVerdict(final ByteBuffer line, final Verdict verdict) {
        if (verdict == null) {
            return;
        }
        if (!verdict.list().isEmpty()) {
            putText(line, " list=\"", verdict.list());
        }
        putText(line, " text=\"", verdict.text());
    }

    /** Printable ASCII. */
    private static void putText(final ByteBuffer line, final String key, final String text) {
        LineText.put(line, key);
        for (int i = 0; i < text.length(); i++) {
            final char character = text.charAt(i);
            if (character == '"' || character == '\\') {
                line.put((byte) '\\');
            }
            line.put((byte) character);
        }
        line.put((byte) '"');
    }

    // ---- the side of the thread of the logs

    @Override
    public int write() {
        int written = 0;
        ByteBuffer line;
        while (written < LINES && (line = lines.poll()) != null) {
            write(line);
            lines.giveBack(line);
            written++;
        }
        tellWhatIsLeftOut();
        return written;
    }

    private void write(final ByteBuffer line) {
        try {
            writer.accept(new String(line.array(), 0, line.limit(), StandardCharsets.UTF_8));
        } catch (final Throwable e) {
            // A logger that fails, or memory that runs out, costs the line, not the thread of the logs.
            LOG.debug("a line could not be logged", e);
        }
    }

    private void tellWhatIsLeftOut() {
        final long leftOutNow = metrics.count(Counter.REJECTIONS_LEFT_OUT) + metrics.count(Counter.LOGINS_LEFT_OUT);
        if (leftOutNow > leftOut && clock.getAsLong() - toldNs >= TELL_NS) {
            LOG.warn("{} refusals and logins more are not told, as there were too many", leftOutNow - leftOut);
            leftOut = leftOutNow;
            toldNs = clock.getAsLong();
        }
    }
}
