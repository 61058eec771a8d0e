package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what a server does behind its sockets. */
public final class Waiting {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(1);

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

    /** Waits until no reactor listens any more: each closes its listener in a turn of its own. */
    public static void untilNobodyListens(final int port) throws IOException {
        final long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1")).close();
                return;
            } catch (final BindException e) {
                assertTrue(System.nanoTime() - deadlineNs < 0, () -> "still listened on: " + port);
                LockSupport.parkNanos(POLL_NS);
            }
        }
    }

    /** Threads of servers that run in this process. */
    public static List<Thread> serverThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("posthaste-"))
                .toList();
    }
}
