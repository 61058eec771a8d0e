package io.posthaste.relay;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;

/**
 * Asks for the addresses of hosts, which may take long, on a thread of its own; the answers are taken by the client's
 * thread. The JDK's resolver, so {@code /etc/hosts} and its own cache count.
 */
final class HopResolver implements AutoCloseable {
    private record Answer(Hop hop, List<InetAddress> addresses) {}

    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Runnable waker;
    /** Made when it is first needed. */
    private ExecutorService executor;

    /** @param waker called by the resolver's thread when there is an answer */
    HopResolver(final Runnable waker) {
        this.waker = waker;
    }

    /** Asks for a hop's addresses. Client thread. */
    void resolve(final Hop hop) {
        if (executor == null) {
            executor = Executors.newSingleThreadExecutor(task -> {
                final Thread thread = new Thread(task, "posthaste-relay-resolver");
                thread.setDaemon(true);
                return thread;
            });
        }
        hop.beginResolving();
        final String host = hop.target().host();
        executor.execute(() -> {
            answers.add(new Answer(hop, addresses(host)));
            waker.run();
        });
    }

    /** Takes the answers that have come. Client thread. */
    int poll(final BiConsumer<Hop, List<InetAddress>> taker) {
        int count = 0;
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            taker.accept(answer.hop(), answer.addresses());
            count++;
        }
        return count;
    }

    @Override
    public void close() {
        if (executor != null) {
            executor.shutdownNow();
        }
    }

    private static List<InetAddress> addresses(final String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (final UnknownHostException e) {
            return List.of();
        }
    }
}
