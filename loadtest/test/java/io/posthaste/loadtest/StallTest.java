package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.server.SmtpServer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the generator is for: a server that does nothing for a second makes every message of that second late, although
 * only those under way wait for it as a closed loop would see it.
 */
@Timeout(120)
class StallTest {
    private static final int RATE = 3000;
    private static final int MESSAGES = 5 * RATE;
    /**
     * A pause delays as many messages as are under way. Fifteen lie beyond p99.9: the stall, and four pauses of half a second
     * that a shared machine may add, do not reach it.
     */
    private static final int CONNECTIONS = 3;

    private static final int STALLED_MESSAGE = MESSAGES / 3;
    private static final double HALF_THE_STALL_US = 500_000;

    @Test
    void shouldShowAStallInCorrectedLatenciesAndNotInUncorrectedOnes() throws IOException {
        final AtomicInteger delivered = new AtomicInteger();
        try (SmtpServer server = SmtpServer.builder()
                        .listen("127.0.0.1", 0)
                        .deliverTo(envelope -> {
                            if (delivered.incrementAndGet() == STALLED_MESSAGE) {
                                stallForASecond();
                            }
                        })
                        .start();
                LoadRun run = new LoadRun(
                        Plans.to(server.port())
                                .messages(MESSAGES)
                                .connections(CONNECTIONS)
                                .rate(RATE)
                                .plan(),
                        System::nanoTime,
                        HistogramLog.NONE)) {
            final Summary summary = run.run();
            assertEquals(MESSAGES, summary.tally().accepted());
            final Latencies corrected = summary.measurements().latencies(PhaseRecorder.CORRECTED);
            final Latencies uncorrected = summary.measurements().latencies(PhaseRecorder.UNCORRECTED);
            assertEquals(MESSAGES, corrected.count());
            assertEquals(MESSAGES, uncorrected.count());
            assertTrue(corrected.p999() >= HALF_THE_STALL_US, "corrected " + corrected);
            assertTrue(corrected.p99() >= HALF_THE_STALL_US, "corrected " + corrected);
            assertTrue(uncorrected.p999() < HALF_THE_STALL_US, "uncorrected " + uncorrected);
            // Both saw it, the uncorrected figures in the few messages under way only.
            assertTrue(uncorrected.max() >= HALF_THE_STALL_US, "uncorrected " + uncorrected);
            final OpenResult open = summary.open().get();
            assertEquals(RATE, open.requestedRate(), 1);
            assertTrue(open.largestBacklog() >= RATE / 2, "backlog " + open.largestBacklog());
            assertEquals(0, open.notBegun());
        }
    }

    private static void stallForASecond() {
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        for (long leftNs = endNs - System.nanoTime(); leftNs > 0; leftNs = endNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
    }
}
