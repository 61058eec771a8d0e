package io.posthaste.monitor;

import io.posthaste.delivery.Figure;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.HandshakeFailure;
import io.posthaste.metrics.Latency;
import io.posthaste.server.ServerStatus;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.function.LongSupplier;

/** Everything that a server tells of itself, as metrics. They are read from what it counts when they are asked for. */
final class ServerMetrics {
    static final String PREFIX = "posthaste_";

    private static final int LOWEST_CODE = 200;
    private static final int HIGHEST_CODE = 599;
    private static final double NS_PER_SECOND = 1e9;
    private static final double ALL_PERCENT = 100;
    private static final double MS_PER_SECOND = 1e3;
    /** The unit of figures that Prometheus wants in another. */
    private static final String MILLISECONDS = "_milliseconds";

    private static final String SECONDS = "_seconds";

    private final ServerStatus status;

    ServerMetrics(final ServerStatus status) {
        this.status = status;
    }

    void registerWith(final PrometheusRegistry registry) {
        info(registry);
        tlsInfo(registry);
        replies(registry);
        closes(registry);
        handshakeFailures(registry);
        counters(registry);
        gauges(registry);
        reactors(registry);
        heap(registry);
        for (final Latency latency : Latency.values()) {
            registry.register(new LatencyHistogram(latency, () -> status.durationsUs(latency)));
        }
        final Map<String, Figure> byName = new LinkedHashMap<>();
        status.figures().forEach(figure -> byName.putIfAbsent(figure.name(), figure));
        byName.values().forEach(figure -> figure(registry, figure));
    }

    private void info(final PrometheusRegistry registry) {
        final String version = ServerStatus.class.getPackage().getImplementationVersion();
        Info.builder()
                .name(PREFIX + "build_info")
                .help("What runs.")
                .labelNames("version", "java")
                .register(registry)
                .setLabelValues(version == null ? "unpackaged" : version, System.getProperty("java.version"));
        Info.builder()
                .name(PREFIX + "acknowledgement_info")
                .help("Where a message is when the client is told 250, and what it is delivered to.")
                .labelNames("level", "delivery")
                .register(registry)
                .setLabelValues(
                        status.acknowledgementLevel().name().toLowerCase(Locale.ROOT), status.deliveryDescription());
    }

    /** Not constant: certificates that are loaded later may need another library. */
    private void tlsInfo(final PrometheusRegistry registry) {
        if (status.tlsEngine().isPresent()) {
            registry.register(() -> {
                final InfoSnapshot.Builder info =
                        InfoSnapshot.builder().name(PREFIX + "tls").help("What does TLS for new connections.");
                status.tlsEngine()
                        .ifPresent(engine -> info.dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                                .labels(Labels.of("engine", engine.name(), "version", engine.version()))
                                .build()));
                return info.build();
            });
        }
    }

    /** Only the codes that were given: there are 400 possible ones. */
    private void replies(final PrometheusRegistry registry) {
        CounterWithCallback.builder()
                .name(PREFIX + "replies")
                .help("Replies given, by their code.")
                .labelNames("code")
                .callback(callback -> {
                    for (int code = LOWEST_CODE; code <= HIGHEST_CODE; code++) {
                        final long count = status.replies(code);
                        if (count > 0) {
                            callback.call(count, Integer.toString(code));
                        }
                    }
                })
                .register(registry);
    }

    private void closes(final PrometheusRegistry registry) {
        CounterWithCallback.builder()
                .name(PREFIX + "connections_closed")
                .help("Connections closed, by the reason.")
                .labelNames("reason")
                .callback(callback -> {
                    for (final CloseReason reason : CloseReason.values()) {
                        callback.call(status.count(reason), reason.name().toLowerCase(Locale.ROOT));
                    }
                })
                .register(registry);
    }

    private void handshakeFailures(final PrometheusRegistry registry) {
        CounterWithCallback.builder()
                .name(PREFIX + "tls_handshake_failures")
                .help("Handshakes of TLS begun and not completed, by the cause.")
                .labelNames("cause")
                .callback(callback -> {
                    for (final HandshakeFailure cause : HandshakeFailure.values()) {
                        callback.call(status.count(cause), cause.name().toLowerCase(Locale.ROOT));
                    }
                })
                .register(registry);
    }

    private void counters(final PrometheusRegistry registry) {
        for (final Map.Entry<String, List<ExportedCounter>> family :
                ExportedCounter.families().entrySet()) {
            final List<ExportedCounter> members = family.getValue();
            final ExportedCounter first = members.get(0);
            final CounterWithCallback.Builder builder =
                    CounterWithCallback.builder().name(PREFIX + family.getKey()).help(first.help());
            if (first.label() == null) {
                final Counter counter = first.counter();
                builder.callback(callback -> callback.call(status.count(counter)));
            } else {
                builder.labelNames(first.label())
                        .callback(callback -> members.forEach(
                                member -> callback.call(status.count(member.counter()), member.labelValue())));
            }
            builder.register(registry);
        }
    }

    private void gauges(final PrometheusRegistry registry) {
        gauge(registry, "connections_limit", "Connections that may be open.", status::connectionLimit);
        gauge(
                registry,
                "transactions_open",
                "Mail transactions under way, from MAIL to their reply.",
                status::openTransactions);
        gauge(
                registry,
                "envelopes_in_flight",
                "Complete messages that are with the delivery or wait for it.",
                status::messagesInFlight);
        gauge(registry, "queue_depth", "Complete messages that wait for the delivery.", status::queueDepth);
        gauge(
                registry,
                "queue_capacity",
                "Messages that may wait for the delivery; 0 when there is no queue.",
                status::queueCapacity);
        gauge(registry, "memory_in_use_bytes", "Message memory in blocks that are taken.", status::memoryInUse);
        gauge(
                registry,
                "memory_allocated_bytes",
                "Message memory had from the machine so far, in use or free.",
                status::memoryAllocated);
        gauge(registry, "memory_budget_bytes", "Message memory that may be used.", status::memoryBudget);
        gauge(
                registry,
                "clients_counted",
                "Clients with a connection open or some of a rate used up, in the table of clients.",
                status::clientsCounted);
        gauge(
                registry,
                "clients_limit",
                "Clients that the table has places for; 0 when none are counted.",
                status::clientPlaces);
        CounterWithCallback.builder()
                .name(PREFIX + "clients_forgotten")
                .help("Clients whose rates were forgotten early, because newcomers needed their place.")
                .callback(callback -> callback.call(status.clientsForgotten()))
                .register(registry);
    }

    private void reactors(final PrometheusRegistry registry) {
        ofReactors(
                registry,
                "connections_open",
                "Connections open, by the reactor they belong to.",
                status::openConnections);
        ofReactors(
                registry,
                "tls_connections_open",
                "Of those, the ones within TLS or in its handshake.",
                status::openTlsConnections);
        ofReactors(
                registry,
                "reactor_since_turn_seconds",
                "How long ago a reactor's event loop last turned without failing; idle ones turn ten times a second.",
                reactor -> status.sinceTurnNs(reactor) / NS_PER_SECOND);
        ofReactors(
                registry,
                "reactor_load_level",
                "What a reactor refuses for its load: 0 nothing, 1 new connections, 2 new messages, too.",
                status::loadLevel);
        ofReactors(
                registry,
                "reactor_lag_seconds",
                "How long the turns of a reactor's event loop took at least, in the last half second.",
                reactor -> status.lagNs(reactor) / NS_PER_SECOND);
    }

    private void heap(final PrometheusRegistry registry) {
        GaugeWithCallback.builder()
                .name(PREFIX + "heap_in_use_ratio")
                .help("Part of the heap that was in use behind its last collection, by which load is shed.")
                .callback(callback -> callback.call(status.heapUsedPercent() / ALL_PERCENT))
                .register(registry);
    }

    private void ofReactors(
            final PrometheusRegistry registry, final String name, final String help, final IntToDoubleFunction value) {
        GaugeWithCallback.builder()
                .name(PREFIX + name)
                .help(help)
                .labelNames("reactor")
                .callback(callback -> {
                    for (int i = 0; i < status.reactors(); i++) {
                        callback.call(value.applyAsDouble(i), Integer.toString(i));
                    }
                })
                .register(registry);
    }

    private static void gauge(
            final PrometheusRegistry registry, final String name, final String help, final LongSupplier value) {
        GaugeWithCallback.builder()
                .name(PREFIX + name)
                .help(help)
                .callback(callback -> callback.call(value.getAsLong()))
                .register(registry);
    }

    private void figure(final PrometheusRegistry registry, final Figure figure) {
        final String name = figure.name();
        final boolean isInMs = name.endsWith(MILLISECONDS);
        final String exported = PREFIX + (isInMs ? name.replace(MILLISECONDS, SECONDS) : name);
        final double unit = isInMs ? MS_PER_SECOND : 1;
        final String[] labels = figure.label().isEmpty() ? new String[0] : new String[] {figure.label()};
        if (figure.isCounter()) {
            CounterWithCallback.builder()
                    .name(exported)
                    .help(figure.help())
                    .labelNames(labels)
                    .callback(callback ->
                            current(name).forEach(now -> callback.call(now.value() / unit, labelValues(now, labels))))
                    .register(registry);
        } else {
            GaugeWithCallback.builder()
                    .name(exported)
                    .help(figure.help())
                    .labelNames(labels)
                    .callback(callback ->
                            current(name).forEach(now -> callback.call(now.value() / unit, labelValues(now, labels))))
                    .register(registry);
        }
    }

    private List<Figure> current(final String name) {
        return status.figures().stream()
                .filter(figure -> figure.name().equals(name))
                .toList();
    }

    private static String[] labelValues(final Figure figure, final String[] labels) {
        return labels.length == 0 ? labels : new String[] {figure.target()};
    }
}
