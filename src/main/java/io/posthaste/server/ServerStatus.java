package io.posthaste.server;

import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.policy.LoadLevel;
import io.posthaste.reactor.ConnectionBudget;
import io.posthaste.session.StatusSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Sums over the reactors what the server has done, for HELP STATUS and for embedding programs. Any thread. */
public final class ServerStatus implements StatusSource {
    private static final String SMUGGLING = "SMUGGLING_";
    private static final Set<Counter> LOOK_ALIKES =
            EnumSet.range(Counter.SMUGGLING_LF_DOT_LF, Counter.SMUGGLING_CRLF_DOT_CR);

    private final long startedNs = System.nanoTime();
    private final String acknowledgement;
    private final ConnectionBudget connections;
    private final EnvelopeQueue queue;
    private final boolean tlsOffered;
    private final Function<String, List<String>> deliveryHelp;
    private final List<ReactorMetrics> metrics = new ArrayList<>();
    private final List<BlockPool> pools = new ArrayList<>();
    private final Histogram latencyUs = ReactorMetrics.newLatencyHistogram();

    /**
     * @param queue may be null: a delivery on the reactors' own threads has none
     * @param deliveryHelp what the delivery answers to HELP with a topic, empty when it does not know it
     */
    ServerStatus(
            final String acknowledgement,
            final ConnectionBudget connections,
            final EnvelopeQueue queue,
            final boolean tlsOffered,
            final Function<String, List<String>> deliveryHelp) {
        this.acknowledgement = acknowledgement;
        this.connections = connections;
        this.queue = queue;
        this.tlsOffered = tlsOffered;
        this.deliveryHelp = deliveryHelp;
    }

    /** Before the reactors start. */
    void add(final ReactorMetrics reactorMetrics, final BlockPool pool) {
        metrics.add(reactorMetrics);
        pools.add(pool);
    }

    /** A counter, summed over the reactors. */
    public long count(final Counter counter) {
        return metrics.stream().mapToLong(m -> m.count(counter)).sum();
    }

    /** Connections closed for a reason, summed over the reactors. */
    public long count(final CloseReason reason) {
        return metrics.stream().mapToLong(m -> m.count(reason)).sum();
    }

    /** Replies given with a code, summed over the reactors. */
    public long replies(final int code) {
        return metrics.stream().mapToLong(m -> m.replies(code)).sum();
    }

    /** Connections open now. */
    public int openConnections() {
        return connections.open();
    }

    /** Messages that wait for the delivery now. */
    public int queueDepth() {
        return queue == null ? 0 : queue.size();
    }

    /** Octets of message memory in use now; approximate. */
    public long memoryInUse() {
        return pools.stream().mapToLong(BlockPool::inUseOctets).sum();
    }

    @Override
    public List<String> status(final boolean trusted) {
        if (!trusted) {
            return List.of("Posthaste is in service");
        }
        final long budget = pools.stream().mapToLong(BlockPool::budgetOctets).sum();
        return List.of(
                "up " + uptime() + ", " + load(),
                "connections " + openConnections() + " of " + connections.limit() + ", accepted "
                        + count(Counter.CONNECTIONS_ACCEPTED) + (tlsOffered ? tls() : ""),
                "messages accepted " + count(Counter.MESSAGES_ACCEPTED) + ", failed temporarily "
                        + count(Counter.MESSAGES_FAILED_TEMPORARILY) + ", rejected "
                        + count(Counter.MESSAGES_REJECTED),
                "queue depth " + queueDepth() + (queue == null ? "" : " of " + queue.capacity()),
                "memory " + memoryInUse() + " of " + budget + " octets",
                "acknowledgement " + acknowledgement + ", " + latency(),
                "content with bare LF " + count(Counter.BARE_LF) + ", bare CR " + count(Counter.BARE_CR) + ", NUL "
                        + count(Counter.NUL) + ", smuggling " + lookAlikes());
    }

    private String load() {
        final int level =
                metrics.stream().mapToInt(ReactorMetrics::loadLevel).max().orElse(0);
        final long lagNs =
                metrics.stream().mapToLong(ReactorMetrics::lagNs).max().orElse(0);
        return "load "
                + LoadLevel.values()[level].name().toLowerCase(Locale.ROOT).replace('_', ' ') + ", lag "
                + TimeUnit.NANOSECONDS.toMillis(lagNs) + " ms, shed connections "
                + count(Counter.LOAD_SHED_CONNECTIONS) + ", messages " + count(Counter.LOAD_SHED_MESSAGES);
    }

    private String tls() {
        return ", TLS handshakes " + count(Counter.TLS_HANDSHAKES) + ", resumed " + count(Counter.TLS_RESUMPTIONS)
                + ", failed " + count(Counter.TLS_HANDSHAKE_FAILURES) + ", refused "
                + count(Counter.TLS_HANDSHAKES_REFUSED);
    }

    /** Such as {@code LF.CRLF 3}. */
    private String lookAlikes() {
        return LOOK_ALIKES.stream()
                .map(counter ->
                        counter.name().substring(SMUGGLING.length()).replace("_DOT_", ".") + " " + count(counter))
                .collect(Collectors.joining(", "));
    }

    @Override
    public List<String> help(final String topic) {
        return deliveryHelp.apply(topic);
    }

    private synchronized String latency() {
        for (final ReactorMetrics reactor : metrics) {
            reactor.drainAcknowledgementsTo(latencyUs);
        }
        return latencyUs.getTotalCount() == 0
                ? "no latency yet"
                : "latency p50 " + latencyUs.getValueAtPercentile(50) + " us, p99 " + latencyUs.getValueAtPercentile(99)
                        + " us";
    }

    private String uptime() {
        final Duration up = Duration.ofNanos(System.nanoTime() - startedNs);
        return up.toDays() + "d " + up.toHoursPart() + "h " + up.toMinutesPart() + "m " + up.toSecondsPart() + "s";
    }
}
