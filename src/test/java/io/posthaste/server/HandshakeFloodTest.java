package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.Counter;
import io.posthaste.policy.TlsLimits;
import io.posthaste.tls.TlsConfig;
import io.posthaste.tls.TlsEngineChoice;
import io.posthaste.tls.TlsFixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that begin one handshake after the other and finish none, over real sockets, and one beside them that hands in plain
 * mail. Prints what it notices of them; its figures gate nothing, for the flood comes from the same machine.
 */
@Timeout(120)
final class HandshakeFloodTest {
    private static final int FLOODERS = 4;
    private static final int MESSAGES = 4000;
    private static final int WARM_UP = 2000;

    @AfterEach
    void nothingRuns() throws InterruptedException {
        Waiting.untilNoServerThreads();
    }

    @ParameterizedTest
    @EnumSource(value = TlsEngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void shouldServePlainMailInAFloodOfHandshakes(final TlsEngineChoice engine) throws Exception {
        try (SmtpServer server = SmtpServer.builder()
                        .listen("127.0.0.1", 0)
                        .listenTls(HostPort.parse("127.0.0.1:0"))
                        .reactors(1)
                        .tls(TlsConfig.selfSigned("mx.example"))
                        .tlsEngine(engine)
                        .tlsLimits(TlsLimits.DEFAULTS)
                        .start();
                RawClient client = RawClient.greeted(server.port())) {
            timesOf(client, WARM_UP);
            final long[] quiet = timesOf(client, MESSAGES);
            final AtomicBoolean done = new AtomicBoolean();
            final AtomicInteger begun = new AtomicInteger();
            final CompletableFuture<?>[] flood = new CompletableFuture<?>[FLOODERS];
            for (int i = 0; i < FLOODERS; i++) {
                flood[i] = CompletableFuture.runAsync(
                        () -> flood(server.tlsAddresses().get(0), begun, done));
            }
            int mails = mailsUntil(client, begun, 2 * FLOODERS);
            final int before = begun.get();
            final long[] flooded = timesOf(client, MESSAGES);
            // However slow the flood is here: it is there from the first message to the last.
            mails += mailsUntil(client, begun, before + FLOODERS);
            final int during = begun.get() - before;
            done.set(true);
            CompletableFuture.allOf(flood).join();
            System.out.println(
                    figures(engine, quiet, flooded, during, server.status().count(Counter.TLS_HANDSHAKES_REFUSED)));
            assertEquals(WARM_UP + 2 * MESSAGES + mails, server.status().count(Counter.MESSAGES_ACCEPTED));
            assertEquals(0, server.status().count(Counter.TLS_HANDSHAKES), "none of them finishes");
            assertTrue(server.status().count(Counter.TLS_HANDSHAKE_FAILURES)
                            + server.status().count(Counter.TLS_HANDSHAKES_REFUSED)
                    > 0);
        }
    }

    /** Nanoseconds of each whole transaction, in order of size. */
    private static long[] timesOf(final RawClient client, final int messages) throws IOException {
        final long[] times = new long[messages];
        for (int i = 0; i < messages; i++) {
            final long beganNs = System.nanoTime();
            client.mails("x").expects(250);
            times[i] = System.nanoTime() - beganNs;
        }
        Arrays.sort(times);
        return times;
    }

    /** Hands in mail until so many handshakes have begun; returns how many messages. */
    private static int mailsUntil(final RawClient client, final AtomicInteger begun, final int handshakes)
            throws IOException {
        int mails = 0;
        while (begun.get() < handshakes) {
            timesOf(client, 1);
            mails++;
        }
        return mails;
    }

    private static void flood(final InetSocketAddress address, final AtomicInteger begun, final AtomicBoolean done) {
        final byte[] hello = clientHello();
        while (!done.get()) {
            try (Socket socket = new Socket()) {
                socket.connect(address);
                socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(10));
                socket.getOutputStream().write(hello);
                begun.incrementAndGet();
                // The heavy work is done, or it is refused.
                if (socket.getInputStream().read() < 0) {
                    continue;
                }
                socket.setSoLinger(true, 0);
            } catch (final IOException e) {
                // Closed in the middle of it, as a handshake too many is.
                begun.incrementAndGet();
            }
        }
    }

    private static byte[] clientHello() {
        try {
            final SSLEngine client = TlsFixtures.trustingAnyone().createSSLEngine("mx.example", 465);
            client.setUseClientMode(true);
            final ByteBuffer out = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
            client.wrap(ByteBuffer.allocate(0), out);
            final ByteArrayOutputStream hello = new ByteArrayOutputStream();
            hello.write(out.array(), 0, out.position());
            return hello.toByteArray();
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String figures(
            final TlsEngineChoice engine,
            final long[] quiet,
            final long[] flooded,
            final int begun,
            final long refused) {
        return String.format(
                Locale.ROOT,
                "%s: plain transactions, us: quiet p50 %d p99 %d, in a flood of %d handshakes (%d refused) p50 %d p99 %d,"
                        + " ratio of p99 %.1f",
                engine,
                us(quiet, 50),
                us(quiet, 99),
                begun,
                refused,
                us(flooded, 50),
                us(flooded, 99),
                (double) us(flooded, 99) / us(quiet, 99));
    }

    private static long us(final long[] sorted, final int percentile) {
        return TimeUnit.NANOSECONDS.toMicros(sorted[sorted.length * percentile / 100]);
    }
}
