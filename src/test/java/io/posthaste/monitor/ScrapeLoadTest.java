package io.posthaste.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.posthaste.server.RawClient;
import io.posthaste.server.SmtpServer;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** While it is asked for its metrics again and again, a reactor allocates as little for a message as ever: nothing. */
@Timeout(120)
final class ScrapeLoadTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int MESSAGES_A_ROUND = 2_000;
    private static final int SCRAPES_A_ROUND = 3;
    /** The compiler may allocate on behalf of a thread in one round; what a message allocates shows in each. */
    private static final int ROUNDS = 10;

    @Test
    void shouldCostTheReactorNoAllocation() throws Exception {
        try (SmtpServer server = SmtpServer.builder().listen("127.0.0.1", 0).start();
                MonitorServer monitor =
                        MonitorServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), server);
                RawClient client = RawClient.greeted(server.port())) {
            final long reactor = threadId("posthaste-reactor-0");
            final Scraper scraper = new Scraper(monitor.address());
            scraper.start();
            pass(client, MESSAGES_A_ROUND, scraper);
            long least = Long.MAX_VALUE;
            for (int i = 0; i < ROUNDS && least > 0; i++) {
                final long before = THREADS.getThreadAllocatedBytes(reactor);
                pass(client, MESSAGES_A_ROUND, scraper);
                least = Math.min(least, THREADS.getThreadAllocatedBytes(reactor) - before);
            }
            scraper.end();
            assertEquals(0, least, "bytes allocated for " + MESSAGES_A_ROUND + " messages");
            final Exposition metrics = HttpGet.scrape(monitor.address());
            assertTrue(metrics.value("posthaste_messages_accepted_total") >= 2 * MESSAGES_A_ROUND);
            assertEquals(
                    metrics.value("posthaste_messages_accepted_total"),
                    metrics.value("posthaste_acknowledgement_wait_seconds_count"),
                    "none was lost between the scrapes");
            assertEquals(0, metrics.value("posthaste_internal_errors_total"));
        }
    }

    /** So many messages, and on until some scrapes were made meanwhile. */
    private static void pass(final RawClient client, final int messages, final Scraper scraper) throws Exception {
        final int scrapesBefore = scraper.scrapes.get();
        for (int i = 0; i < messages || scraper.scrapes.get() - scrapesBefore < SCRAPES_A_ROUND; i++) {
            assertTrue(scraper.isAlive(), () -> "the scraper failed: " + scraper.failure);
            client.sends("MAIL FROM:<a@client.example>", "RCPT TO:<b@server.example>", "DATA");
            client.expects(250);
            client.expects(250);
            client.expects(354);
            client.sends("text", ".").expects(250);
        }
    }

    private static long threadId(final String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getId();
    }

    /** Asks without a pause. */
    private static final class Scraper extends Thread {
        private final InetSocketAddress address;
        private final AtomicInteger scrapes = new AtomicInteger();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Scraper(final InetSocketAddress address) {
            super("scraper");
            this.address = address;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (!ended.get()) {
                    HttpGet.scrape(address);
                    scrapes.incrementAndGet();
                }
            } catch (final Exception | AssertionError e) {
                failure.set(e);
            }
        }

        void end() throws InterruptedException {
            ended.set(true);
            join();
            assertEquals(null, failure.get());
        }
    }
}
