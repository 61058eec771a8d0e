package io.posthaste.cli;

import io.posthaste.policy.LoadLimits;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options on when load is shed; {@code serve} does, {@code sink} only if told. */
final class LoadLimitOptions {
    private static final int NEVER = 0;

    @Option(
            names = "--shed-connections-lag",
            paramLabel = "TIME",
            converter = Quantities.TimeOrNone.class,
            description =
                    "When an event loop takes so long for a cycle, it answers new connections 421; 0 for never, as"
                            + " with the other five. Default: " + LoadLimits.DEFAULT_CONNECTIONS_LAG_MS
                            + "ms, never for sink.")
    private Duration connectionsLag;

    @Option(
            names = "--shed-messages-lag",
            paramLabel = "TIME",
            converter = Quantities.TimeOrNone.class,
            description = "When it takes so long, it answers MAIL 451, too. Default: "
                    + LoadLimits.DEFAULT_MESSAGES_LAG_SECONDS + "s, never for sink.")
    private Duration messagesLag;

    @Option(
            names = "--shed-connections-memory",
            paramLabel = "PERCENT",
            description = "When so much of its part of --memory is in use, it answers new connections 421. Default: "
                    + LoadLimits.DEFAULT_CONNECTIONS_MEMORY_PERCENT + ", never for sink.")
    private Integer connectionsMemory;

    @Option(
            names = "--shed-messages-memory",
            paramLabel = "PERCENT",
            description = "When so much is in use, it answers MAIL 451, too. Default: "
                    + LoadLimits.DEFAULT_MESSAGES_MEMORY_PERCENT + ", never for sink.")
    private Integer messagesMemory;

    @Option(
            names = "--shed-connections-heap",
            paramLabel = "PERCENT",
            description = "When so much of the heap (-Xmx) is in use behind a collection, new connections are answered"
                    + " 421. Default: " + LoadLimits.DEFAULT_CONNECTIONS_HEAP_PERCENT + ", never for sink.")
    private Integer connectionsHeap;

    @Option(
            names = "--shed-messages-heap",
            paramLabel = "PERCENT",
            description = "When so much is in use, MAIL is answered 451, too. Default: "
                    + LoadLimits.DEFAULT_MESSAGES_HEAP_PERCENT + ", never for sink.")
    private Integer messagesHeap;

    /**
     * The limits, as given or as in {@code defaults}. A limit given for connections that is above the default for messages moves
     * that one, too.
     *
     * @throws IllegalArgumentException a value is out of range; the message is for the operator
     */
    LoadLimits limits(final LoadLimits defaults) {
        final long connectionsLagNs = lagNs(connectionsLag, defaults.connectionsLagNs());
        final int connectionsPercent = percent(connectionsMemory, defaults.connectionsMemoryPercent());
        final int heapPercent = percent(connectionsHeap, defaults.connectionsHeapPercent());
        return new LoadLimits(
                connectionsLagNs,
                lagNs(messagesLag, Math.max(connectionsLagNs, defaults.messagesLagNs())),
                connectionsPercent,
                percent(messagesMemory, Math.max(connectionsPercent, defaults.messagesMemoryPercent())),
                heapPercent,
                percent(messagesHeap, Math.max(heapPercent, defaults.messagesHeapPercent())));
    }

    private static long lagNs(final Duration given, final long byDefault) {
        if (given == null) {
            return byDefault;
        }
        return given.isZero() ? Long.MAX_VALUE : given.toNanos();
    }

    private static int percent(final Integer given, final int byDefault) {
        if (given == null) {
            return byDefault;
        }
        if (given < NEVER || given >= LoadLimits.NEVER) {
            throw new IllegalArgumentException(
                    "memory or heap from which load is shed must be 1 to 100 percent, or 0 for never, not " + given);
        }
        return given == NEVER ? LoadLimits.NEVER : given;
    }
}
