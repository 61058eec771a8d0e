package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Waits for what a server does behind its sockets. */
public final class Waiting {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Waiting() {}

    /** What may fail with its socket. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws IOException;
    }

    /** Does one NOOP after the other on a greeted connection until the condition holds, so that the reactor turns. */
    public static void until(final RawClient witness, final String what, final Condition condition) throws IOException {
        final long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "waited in vain: " + what);
            witness.sends("NOOP").expects(250);
        }
    }

    /** Waits for all threads of servers of this process to end. */
    public static void untilNoServerThreads() throws InterruptedException {
        for (final Thread thread : serverThreads()) {
            thread.join(LIMIT.toMillis());
        }
        assertTrue(serverThreads().isEmpty(), () -> "still running: " + serverThreads());
    }

    /** Threads of servers that run in this process. */
    public static List<Thread> serverThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("posthaste-"))
                .toList();
    }
}
