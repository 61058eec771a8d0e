package io.posthaste.relay;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for the addresses of hosts, which may take long, on a thread of its own; the answers are taken by the client's
 * thread. The JDK's resolver, so {@code /etc/hosts} and its own cache count.
 */
final class HopResolver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HopResolver.class);

    /** Where addresses are asked for; may take its time. */
    interface Lookup {
        List<InetAddress> addresses(String host) throws UnknownHostException;
    }

    private record Answer(Hop hop, List<InetAddress> addresses) {}

    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Runnable waker;
    private final Lookup lookup;
    private final ThreadFactory threads;
    /** Made when it is first needed. */
    private ExecutorService executor;

    /** @param waker called by the resolver's thread when there is an answer */
    HopResolver(final Runnable waker) {
        this(waker, host -> List.of(InetAddress.getAllByName(host)), HopResolver::newThread);
    }

    HopResolver(final Runnable waker, final Lookup lookup, final ThreadFactory threads) {
        this.waker = waker;
        this.lookup = lookup;
        this.threads = threads;
    }

    /** Asks for a hop's addresses. Client thread. */
    void resolve(final Hop hop) {
        if (executor == null) {
            executor = Executors.newSingleThreadExecutor(threads);
        }
        final String host = hop.target().host();
        executor.execute(() -> answer(hop, host));
        hop.beginResolving(); // not before: there may be no thread to be had
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

    /** None when it fails, whatever fails: a hop whose answer never comes would be left alone for ever. */
    private void answer(final Hop hop, final String host) {
        List<InetAddress> found = List.of();
        try {
            found = lookup.addresses(host);
        } catch (final UnknownHostException e) {
            LOG.debug("{} is unknown", host, e);
        } catch (final Throwable e) {
            LOG.error("the addresses of {} cannot be asked for:", host, e);
        } finally {
            answers.add(new Answer(hop, found));
            waker.run();
        }
    }

    private static Thread newThread(final Runnable task) {
        final Thread thread = new Thread(task, "posthaste-relay-resolver");
        thread.setDaemon(true);
        return thread;
    }
}
