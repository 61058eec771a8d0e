package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.Doorbell;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.envelope.TlsParameters;
import io.posthaste.envelope.User;
import io.posthaste.envelope.Via;
import io.posthaste.memory.BlockPool;
import io.posthaste.session.TransactionOutcome;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lines of the transaction log, and what becomes of them when writing them is slow or fails. */
@Timeout(30)
class TransactionLogTest {
    private static final String ID = "id=[0-9a-z]{22}";

    private final BlockPool pool = new BlockPool(16 << 20);
    private final EnvelopePool envelopes = new EnvelopePool(pool, new ReceiptQueue(2, new Doorbell(() -> {})));
    private final EnvelopeIds ids = new EnvelopeIds(1, 0);
    private final TransactionLogBuffer buffer = new TransactionLogBuffer();
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> losses = Collections.synchronizedList(new ArrayList<>());

    @Test
    void shouldLogAnAcceptedMessage() throws InterruptedException {
        final Envelope envelope = envelope("a@client.example", "b@server.example", "c@server.example");
        envelope.contentLength(4096);
        buffer.onTransaction(envelope, TransactionOutcome.ACCEPTED, 250, 180_999);
        final String line = onlyLine();
        assertTrue(
                line.matches(ID + " outcome=accepted code=250 peer=192\\.0\\.2\\.1 helo=\"client\\.example\""
                        + " from=\"a@client\\.example\" recipients=2 to=\"b@server\\.example\""
                        + " to=\"c@server\\.example\" size=4096 latency_us=180"),
                line);
        assertTrue(line.startsWith("id=" + envelope.id() + " "), line);
    }

    @Test
    void shouldLogARefusedMessage() throws InterruptedException {
        buffer.onTransaction(envelope("", "b@server.example"), TransactionOutcome.REFUSED, 552, 0);
        assertTrue(onlyLine()
                .matches(ID + " outcome=refused code=552 peer=192\\.0\\.2\\.1 helo=\"client\\.example\""
                        + " from=\"\" recipients=1 to=\"b@server\\.example\" size=0 latency_us=0"));
    }

    @Test
    void shouldLogAnAbortedTransactionWithoutRecipients() throws InterruptedException {
        buffer.onTransaction(envelope("a@client.example"), TransactionOutcome.ABORTED, 0, 0);
        assertTrue(onlyLine()
                .matches(ID + " outcome=aborted code=0 peer=192\\.0\\.2\\.1 helo=\"client\\.example\""
                        + " from=\"a@client\\.example\" recipients=0 size=0 latency_us=0"));
    }

    @Test
    void shouldNameEveryOutcomeInOneWord() throws InterruptedException {
        for (final TransactionOutcome outcome : TransactionOutcome.values()) {
            buffer.onTransaction(envelope("a@x"), outcome, 0, 0);
        }
        writeAll();
        for (final TransactionOutcome outcome : TransactionOutcome.values()) {
            final String line = lines.get(outcome.ordinal());
            assertTrue(line.matches(ID + " outcome=[a-z_]+ code=.*"), line);
            assertTrue(line.toUpperCase(java.util.Locale.ROOT).contains("OUTCOME=" + outcome.name() + " "), line);
        }
    }

    @Test
    void shouldQuoteOddLocalParts() throws InterruptedException {
        buffer.onTransaction(
                envelope("\"a\\\"b\"@x", "\"to=\\\" c\"@y", "plain@z"), TransactionOutcome.ACCEPTED, 250, 0);
        final String line = onlyLine();
        assertTrue(
                line.contains(" from=\"\\\"a\\\\\\\"b\\\"@x\" recipients=2"
                        + " to=\"\\\"to=\\\\\\\" c\\\"@y\" to=\"plain@z\" size=0 "),
                line);
    }

    @Test
    void shouldBoundTheLineOfAThousandRecipients() throws InterruptedException {
        final String[] recipients = new String[1000];
        for (int i = 0; i < recipients.length; i++) {
            recipients[i] = "recipient-" + i + "@server.example";
        }
        buffer.onTransaction(
                envelope("a@client.example", recipients), TransactionOutcome.ACCEPTED, 250, Long.MAX_VALUE);
        final String line = onlyLine();
        assertTrue(line.length() > 1800 && line.length() <= TransactionLogBuffer.LINE_OCTETS, line);
        assertTrue(line.contains(" recipients=1000 to=\"recipient-0@server.example\" to=\"recipient-1@"), line);
        assertTrue(line.endsWith("@server.example\" size=0 latency_us=9223372036854775"), line);
    }

    @Test
    void shouldHaveRoomForTheLongestAddressesFullOfQuotes() throws InterruptedException {
        final String quotes = "\"" + "\\\"".repeat(31) + "\"@" + "d".repeat(63) + ".example";
        final String[] recipients = new String[200];
        java.util.Arrays.fill(recipients, quotes);
        final Envelope envelope = envelope(quotes, recipients);
        envelope.contentLength(Long.MAX_VALUE);
        buffer.onTransaction(envelope, TransactionOutcome.FAILED_TEMPORARILY, 451, Long.MAX_VALUE);
        final String line = onlyLine();
        assertTrue(
                line.endsWith("@" + "d".repeat(63) + ".example\" size=9223372036854775807 latency_us=9223372036854775"),
                line);
        assertTrue(line.length() <= TransactionLogBuffer.LINE_OCTETS, line);
    }

    @Test
    void shouldLogWhoRelayedTheConnection() throws Exception {
        final InetAddress balancer = InetAddress.getByName("10.0.0.5");
        final Envelope envelope = envelope("a@client.example", "b@server.example");
        envelope.via(new Via(balancer, "mx.example", "id-1", "TLSv1.3", "client"));
        buffer.onTransaction(envelope, TransactionOutcome.ACCEPTED, 250, 0);
        envelope.via(new Via(balancer, null, null, null, null));
        buffer.onTransaction(envelope, TransactionOutcome.ACCEPTED, 250, 0);
        writeAll();
        assertTrue(
                lines.get(0)
                        .contains(" peer=192.0.2.1 via=10.0.0.5 unique_id=\"id-1\" authority=\"mx.example\""
                                + " client_tls=\"TLSv1.3\" client_name=\"client\" helo="),
                lines.get(0));
        assertTrue(lines.get(1).contains(" peer=192.0.2.1 via=10.0.0.5 helo="), lines.get(1));
    }

    @Test
    void shouldLogWhoHadLoggedIn() throws InterruptedException {
        final Envelope envelope = envelope("a@client.example", "b@server.example");
        envelope.user(new User("ann \"x\" \r\n\u00e9"));
        buffer.onTransaction(envelope, TransactionOutcome.ACCEPTED, 250, 0);
        assertTrue(onlyLine()
                .contains(" helo=\"client.example\" user=\"ann \\\"x\\\" ??\u00e9\" from=\"a@client.example\""));
    }

    /** The envelope is used again. */
    @Test
    void shouldNotLogTheUserOfAnotherTransaction() throws InterruptedException {
        final Envelope envelope = envelope("a@client.example");
        envelope.user(new User("ann"));
        envelopes.release(envelope);
        buffer.onTransaction(envelope("b@client.example"), TransactionOutcome.ABORTED, 0, 0);
        assertFalse(onlyLine().contains("user="));
    }

    /** Beside all that a balancer tells, the longest name of a client and the longest sender. */
    @Test
    void shouldHaveRoomForTheLongestUser() throws Exception {
        final String quotes = "\"" + "\\\"".repeat(31) + "\"@" + "d".repeat(63) + "." + "e".repeat(60) + ".example";
        final Envelope envelope = envelopes.take();
        final byte[] peer = octets("IPv6:2001:db8:1111:2222:3333:4444:5555:6666");
        final byte[] hello = octets("[x:" + "\"".repeat(251) + "]");
        assertTrue(envelope.begin(ids, 0, peer, peer.length, hello, hello.length, Envelope.EXTENDED | Envelope.SECURE));
        assertTrue(envelope.reversePath(ByteBuffer.wrap(octets(quotes)), 0, quotes.length()));
        final InetAddress balancer = InetAddress.getByName("2001:db8:1111:2222:3333:4444:5555:6666");
        envelope.via(new Via(balancer, "a".repeat(255), "u".repeat(128), "t".repeat(16), "c".repeat(128)));
        envelope.user(new User("\"".repeat(1000)));
        envelope.tls(TlsParameters.of("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"));
        buffer.onTransaction(envelope, TransactionOutcome.ACCEPTED_UNHEARD, 250, Long.MAX_VALUE);
        assertTrue(onlyLine().endsWith(" size=0 latency_us=9223372036854775"));
    }

    @Test
    void shouldLogWhatTlsAgreedOn() throws InterruptedException {
        final Envelope envelope = envelope("a@client.example", "b@server.example");
        envelope.tls(TlsParameters.of("TLSv1.3", "TLS_AES_256_GCM_SHA384"));
        buffer.onTransaction(envelope, TransactionOutcome.ACCEPTED, 250, 0);
        final String line = onlyLine();
        assertTrue(line.contains(" from=\"a@client.example\" tls=TLSv1.3/TLS_AES_256_GCM_SHA384 recipients=1 "), line);
    }

    @Test
    void shouldHaveRoomForAllThatABalancerTells() throws Exception {
        final String quotes = "\"" + "\\\"".repeat(31) + "\"@" + "d".repeat(63) + ".example";
        final Envelope envelope = envelope(quotes, quotes);
        final InetAddress balancer = InetAddress.getByName("2001:db8:1111:2222:3333:4444:5555:6666");
        envelope.tls(TlsParameters.of("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"));
        envelope.via(new Via(balancer, "a".repeat(255), "u".repeat(128), "t".repeat(16), "c".repeat(128)));
        buffer.onTransaction(envelope, TransactionOutcome.ACCEPTED, 250, Long.MAX_VALUE);
        assertTrue(onlyLine().endsWith(" size=0 latency_us=9223372036854775"));
    }

    @Test
    void shouldDropAndCountWhenTheWriterStalls() throws InterruptedException {
        final CountDownLatch stalled = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        final TransactionLog log = new TransactionLog(
                List.of(buffer),
                line -> {
                    lines.add(line);
                    stalled.countDown();
                    await(goOn);
                },
                losses::add);
        log.start();
        buffer.onTransaction(envelope("first@x"), TransactionOutcome.ACCEPTED, 250, 0);
        assertTrue(stalled.await(10, TimeUnit.SECONDS));
        // The writer holds one line; the others are all that the buffer has.
        for (int i = 1; i < TransactionLogBuffer.LINES + 10; i++) {
            buffer.onTransaction(envelope(i + "@x"), TransactionOutcome.ACCEPTED, 250, 0);
        }
        assertEquals(10, buffer.dropped());
        goOn.countDown();
        log.stop();
        assertEquals(TransactionLogBuffer.LINES, lines.size());
        assertTrue(lines.get(TransactionLogBuffer.LINES - 1).contains("from=\"1023@x\""));
        assertEquals(List.of(10L), losses);
        assertEquals(10, log.figures().get(0).value());
    }

    @Test
    void shouldUseItsLinesAgain() throws InterruptedException {
        final CountDownLatch all = new CountDownLatch(3 * TransactionLogBuffer.LINES);
        final TransactionLog log = new TransactionLog(
                List.of(buffer),
                line -> {
                    lines.add(line);
                    all.countDown();
                },
                losses::add);
        log.start();
        final Envelope envelope = envelope("a@x");
        int sent = 0;
        while (sent < 3 * TransactionLogBuffer.LINES) {
            final int most =
                    Math.min(sent + TransactionLogBuffer.LINES / 2, lines.size() + TransactionLogBuffer.LINES / 2);
            while (sent < Math.min(most, 3 * TransactionLogBuffer.LINES)) {
                buffer.onTransaction(envelope, TransactionOutcome.ACCEPTED, 250, sent++);
            }
            Thread.onSpinWait();
        }
        assertTrue(all.await(10, TimeUnit.SECONDS));
        log.stop();
        assertEquals(List.of(), losses);
    }

    @Test
    void shouldNotLetOneBusyReactorKeepTheLinesOfAnotherWaiting() throws InterruptedException {
        final TransactionLogBuffer busy = new TransactionLogBuffer();
        final CountDownLatch other = new CountDownLatch(1);
        final Envelope envelope = envelope("busy@x");
        buffer.onTransaction(envelope("other@x"), TransactionOutcome.ACCEPTED, 250, 0);
        busy.onTransaction(envelope, TransactionOutcome.ACCEPTED, 250, 0);
        final TransactionLog log = new TransactionLog(
                List.of(busy, buffer),
                line -> {
                    if (line.contains("other@x")) {
                        other.countDown();
                    } else if (other.getCount() > 0) {
                        // One line written, the next one there: this buffer is never empty. The log's thread is the
                        // only
                        // one that touches it.
                        busy.onTransaction(envelope, TransactionOutcome.ACCEPTED, 250, 0);
                    }
                },
                losses::add);
        log.start();
        final boolean written = other.await(5, TimeUnit.SECONDS);
        other.countDown();
        log.stop();
        assertTrue(written, "the other reactor's line waits for ever");
    }

    @Test
    void shouldGoOnWhenTheLoggerFails() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            buffer.onTransaction(envelope(i + "@x"), TransactionOutcome.ACCEPTED, 250, 0);
        }
        final TransactionLog log = new TransactionLog(
                List.of(buffer),
                line -> {
                    lines.add(line);
                    if (lines.size() == 1) {
                        throw new IllegalStateException("the test's logger fails, as it should");
                    }
                    if (lines.size() == 2) {
                        throw new InternalError("the test's logger fails, as it should");
                    }
                },
                losses::add);
        log.start();
        log.stop();
        assertEquals(3, lines.size());
        assertEquals(List.of(2L), losses);
    }

    private String onlyLine() throws InterruptedException {
        writeAll();
        assertEquals(1, lines.size());
        return lines.get(0);
    }

    private void writeAll() throws InterruptedException {
        final TransactionLog log = new TransactionLog(List.of(buffer), lines::add, losses::add);
        log.start();
        log.stop();
        assertEquals(List.of(), losses);
    }

    private Envelope envelope(final String from, final String... recipients) {
        final Envelope envelope = envelopes.take();
        final byte[] peer = octets("192.0.2.1");
        final byte[] hello = octets("client.example");
        assertTrue(envelope.begin(ids, 0, peer, peer.length, hello, hello.length, Envelope.EXTENDED));
        assertTrue(envelope.reversePath(ByteBuffer.wrap(octets(from)), 0, from.length()));
        for (final String recipient : recipients) {
            assertTrue(envelope.addRecipient(ByteBuffer.wrap(octets(recipient)), 0, recipient.length()));
        }
        return envelope;
    }

    private static byte[] octets(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void await(final CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
