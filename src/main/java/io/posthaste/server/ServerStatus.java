package io.posthaste.server;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.Figure;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.HandOff;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.HandshakeFailure;
import io.posthaste.metrics.Latency;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.policy.ClientTable;
import io.posthaste.policy.LoadLevel;
import io.posthaste.reactor.ConnectionBudget;
import io.posthaste.session.StatusSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** Sums over the reactors what the server has done, for HELP STATUS and for embedding programs. Any thread. */
public final class ServerStatus implements StatusSource {
    private static final String SMUGGLING = "SMUGGLING_";
    private static final Set<Counter> LOOK_ALIKES =
            EnumSet.range(Counter.SMUGGLING_LF_DOT_LF, Counter.SMUGGLING_CRLF_DOT_CR);

    /**
     * A library that does TLS.
     *
     * @param name as {@code --tls-engine} has it
     * @param version as its makers name it
     */
    public record TlsEngine(String name, String version) {}

    private final NanoClock clock;
    private final long startedNs;
    private final Delivery delivery;
    private final ConnectionBudget connections;
    private final EnvelopeQueue queue;
    private final TlsService tls;
    private final Supplier<List<Figure>> ownFigures;
    private ClientTable clients = ClientTable.OFF;
    private IntSupplier heapPercent = () -> 0;
    private final List<ReactorMetrics> metrics = new ArrayList<>();
    private final List<BlockPool> pools = new ArrayList<>();
    private final List<EnvelopePool> envelopes = new ArrayList<>();
    private final List<HandOff> handOffs = new ArrayList<>();
    /** Since the start, in microseconds; guarded by this. */
    private final Map<Latency, Histogram> durations = new EnumMap<>(Latency.class);

    /**
     * @param queue may be null: a delivery on the reactors' own threads has none
     * @param tls null where it is not offered
     * @param ownFigures of what the server has besides its reactors and the delivery
     */
    ServerStatus(
            final Delivery delivery,
            final ConnectionBudget connections,
            final EnvelopeQueue queue,
            final TlsService tls,
            final Supplier<List<Figure>> ownFigures) {
        this(delivery, connections, queue, tls, ownFigures, SystemNanoClock.INSTANCE);
    }

    /** @param clock that of the reactors */
    ServerStatus(
            final Delivery delivery,
            final ConnectionBudget connections,
            final EnvelopeQueue queue,
            final TlsService tls,
            final Supplier<List<Figure>> ownFigures,
            final NanoClock clock) {
        this.clock = clock;
        startedNs = clock.nanoTime();
        this.delivery = delivery;
        this.connections = connections;
        this.queue = queue;
        this.tls = tls;
        this.ownFigures = ownFigures;
        for (final Latency latency : Latency.values()) {
            durations.put(latency, ReactorMetrics.newHistogram(latency));
        }
    }

    /** Adds a reactor; before it starts. */
    void add(
            final ReactorMetrics reactorMetrics,
            final BlockPool pool,
            final EnvelopePool envelopePool,
            final HandOff handOff) {
        metrics.add(reactorMetrics);
        pools.add(pool);
        envelopes.add(envelopePool);
        handOffs.add(handOff);
    }

    /** Adds the table of clients; before the reactors start. */
    void counts(final ClientTable table) {
        clients = table;
    }

    /** Adds who knows how full the heap is; before the reactors start. */
    void watches(final IntSupplier usedPercent) {
        heapPercent = usedPercent;
    }

    /** A counter, summed over the reactors. */
    public long count(final Counter counter) {
        return metrics.stream().mapToLong(m -> m.count(counter)).sum();
    }

    /** Connections closed for a reason, summed over the reactors. */
    public long count(final CloseReason reason) {
        return metrics.stream().mapToLong(m -> m.count(reason)).sum();
    }

    /** Handshakes of TLS that failed for a cause, summed over the reactors. */
    public long count(final HandshakeFailure cause) {
        return metrics.stream().mapToLong(m -> m.count(cause)).sum();
    }

    /** Replies given with a code, summed over the reactors. */
    public long replies(final int code) {
        return metrics.stream().mapToLong(m -> m.replies(code)).sum();
    }

    /** Connections open now. */
    public int openConnections() {
        return connections.open();
    }

    /** Connections open now on one reactor, counted from 0. */
    public long openConnections(final int reactor) {
        return metrics.get(reactor).openConnections();
    }

    /** Of the connections open on one reactor, those within TLS or in its handshake. */
    public long openTlsConnections(final int reactor) {
        return metrics.get(reactor).openTlsConnections();
    }

    /** Clients that are counted now, each with its rates; looks through all there may be. */
    public int clientsCounted() {
        return clients.taken(clock.nanoTime());
    }

    /** Clients that may be counted at once; 0 without limits for each. */
    public int clientPlaces() {
        return clients.places();
    }

    /** Clients forgotten for newcomers although some of a rate of theirs was used up. */
    public long clientsForgotten() {
        return clients.forgotten();
    }

    /** How much a reactor refuses for its load: 0 nothing, 1 new connections, 2 new messages, too. */
    public int loadLevel(final int reactor) {
        return metrics.get(reactor).loadLevel();
    }

    /** How long a reactor's cycles take at least; 0 where it never refuses for its load. */
    public long lagNs(final int reactor) {
        return metrics.get(reactor).lagNs();
    }

    /** Percent of the heap that were in use behind its last collection; 0 before the first, and where no load is shed for it. */
    public int heapUsedPercent() {
        return heapPercent.getAsInt();
    }

    /** Connections that may be open. */
    public int connectionLimit() {
        return connections.limit();
    }

    /** Event loops. */
    public int reactors() {
        return metrics.size();
    }

    /**
     * How long ago a reactor's event loop began a turn behind one that came to its end; a sound one does so at least every
     * {@value ReactorAssembly#LONGEST_SLEEP_MS} ms.
     */
    public long sinceTurnNs(final int reactor) {
        return Math.max(0, clock.nanoTime() - metrics.get(reactor).lastTurnNs());
    }

    /** Turns of a reactor's event loop that an exception or error ended. */
    long failedTurns(final int reactor) {
        return metrics.get(reactor).count(Counter.REACTOR_FAILED_TURNS);
    }

    /** Mail transactions under way, from MAIL to their reply; approximate. */
    public long openTransactions() {
        return envelopes.stream().mapToLong(EnvelopePool::inUse).sum();
    }

    /** Messages that are complete and with the delivery, or waiting for it; approximate. */
    public long messagesInFlight() {
        return handOffs.stream().mapToLong(HandOff::inFlight).sum();
    }

    /** Messages that wait for the delivery now. */
    public int queueDepth() {
        return queue == null ? 0 : queue.size();
    }

    /** Messages that may wait; 0 when the delivery runs on the reactors' own threads. */
    public int queueCapacity() {
        return queue == null ? 0 : queue.capacity();
    }

    /** Octets of message memory in use now; approximate. */
    public long memoryInUse() {
        return pools.stream().mapToLong(BlockPool::inUseOctets).sum();
    }

    /** Octets of message memory taken from the machine so far, in use or free; approximate. */
    public long memoryAllocated() {
        return pools.stream().mapToLong(BlockPool::allocatedOctets).sum();
    }

    /** Octets of message memory that may be used. */
    public long memoryBudget() {
        return pools.stream().mapToLong(BlockPool::budgetOctets).sum();
    }

    /** How long things took since the start, in microseconds, over all reactors; the caller's own copy. */
    public synchronized Histogram durationsUs(final Latency latency) {
        final Histogram sum = durations.get(latency);
        for (final ReactorMetrics reactor : metrics) {
            reactor.drainTo(latency, sum);
        }
        return sum.copy();
    }

    /** Where a message is when it is acknowledged. */
    public AcknowledgementLevel acknowledgementLevel() {
        return delivery.acknowledgementLevel();
    }

    /** What does TLS now; empty where it is not offered. */
    public Optional<TlsEngine> tlsEngine() {
        return Optional.ofNullable(tls).map(TlsService::engine);
    }

    /** What it is delivered to, as it was configured. */
    public String deliveryDescription() {
        return delivery.description();
    }

    /** What the delivery tells of itself, and the other parts of the server: look-ups in DNS lists, queues, the log, certificates,
     * and files that are read anew. */
    public List<Figure> figures() {
        return Stream.concat(delivery.figures().stream(), ownFigures.get().stream())
                .toList();
    }

    @Override
    public List<String> status(final boolean trusted) {
        if (!trusted) {
            return List.of("Posthaste is in service");
        }
        final List<String> lines = new ArrayList<>(List.of(
                "up " + uptime() + ", " + load(),
                "connections " + openConnections() + " of " + connections.limit() + ", accepted "
                        + count(Counter.CONNECTIONS_ACCEPTED) + relayed() + (tls != null ? handshakes() : ""),
                "messages accepted " + count(Counter.MESSAGES_ACCEPTED) + ", failed temporarily "
                        + count(Counter.MESSAGES_FAILED_TEMPORARILY) + ", rejected "
                        + count(Counter.MESSAGES_REJECTED),
                "queue depth " + queueDepth() + (queue == null ? "" : " of " + queue.capacity()),
                "memory " + memoryInUse() + " of " + memoryBudget() + " octets",
                "acknowledgement " + acknowledgementLevel().description() + ", " + latency(),
                "content with bare LF " + count(Counter.BARE_LF) + ", bare CR " + count(Counter.BARE_CR) + ", NUL "
                        + count(Counter.NUL) + ", smuggling " + lookAlikes()));
        dnsLists().ifPresent(lines::add);
        return lines;
    }

    /** Empty without DNS lists. */
    private Optional<String> dnsLists() {
        final Map<String, Long> counted = ownFigures.get().stream()
                .filter(figure -> figure.name().startsWith("dnsbl_")) // others come once for each file
                .collect(Collectors.toMap(Figure::name, Figure::value));
        return !counted.containsKey("dnsbl_lookups")
                ? Optional.empty()
                : Optional.of("DNS lists: looked up " + counted.get("dnsbl_lookups") + ", listed "
                        + counted.get("dnsbl_listed") + ", recipients refused " + counted.get("dnsbl_refusals")
                        + ", no answer " + counted.get("dnsbl_failures") + ", not looked up "
                        + counted.get("dnsbl_not_looked_up"));
    }

    /** Empty where no balancer has ever come. */
    private String relayed() {
        final long relayed = count(Counter.PROXY_HEADERS);
        final long checks = count(Counter.PROXY_HEALTH_CHECKS);
        final long refused = count(Counter.PROXY_HEADERS_REFUSED);
        return relayed + checks + refused == 0
                ? ""
                : ", relayed " + relayed + ", health checks " + checks + ", PROXY headers refused " + refused;
    }

    private String load() {
        final int level =
                metrics.stream().mapToInt(ReactorMetrics::loadLevel).max().orElse(0);
        final long lagNs =
                metrics.stream().mapToLong(ReactorMetrics::lagNs).max().orElse(0);
        return "load "
                + LoadLevel.values()[level].name().toLowerCase(Locale.ROOT).replace('_', ' ') + ", lag "
                + TimeUnit.NANOSECONDS.toMillis(lagNs) + " ms, heap " + heapUsedPercent() + " %, shed connections "
                + count(Counter.LOAD_SHED_CONNECTIONS) + ", messages " + count(Counter.LOAD_SHED_MESSAGES);
    }

    private String handshakes() {
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
        return delivery.help(topic);
    }

    private String latency() {
        final Histogram us = durationsUs(Latency.ACKNOWLEDGEMENT);
        return us.getTotalCount() == 0
                ? "no latency yet"
                : "latency p50 " + us.getValueAtPercentile(50) + " us, p99 " + us.getValueAtPercentile(99) + " us";
    }

    private String uptime() {
        final Duration up = Duration.ofNanos(clock.nanoTime() - startedNs);
        return up.toDays() + "d " + up.toHoursPart() + "h " + up.toMinutesPart() + "m " + up.toSecondsPart() + "s";
    }
}
