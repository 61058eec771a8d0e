package io.posthaste.policy;

import java.util.concurrent.TimeUnit;

/**
 * From which load on a reactor refuses. Its load is its lag, which is how long whoever has something for it waits until it has
 * gone round the others, the part of its message memory that is in use, and that of the heap, which all reactors share. Immutable.
 *
 * @param connectionsLagNs lag from which new connections are refused; {@link Long#MAX_VALUE} for never
 * @param messagesLagNs lag from which new messages are refused, too
 * @param connectionsMemoryPercent memory in use from which new connections are refused; {@link #NEVER} for never
 * @param messagesMemoryPercent memory in use from which new messages are refused, too
 * @param connectionsHeapPercent heap in use behind a collection from which new connections are refused; {@link #NEVER} for never
 * @param messagesHeapPercent heap in use from which new messages are refused, too
 */
public record LoadLimits(
        long connectionsLagNs,
        long messagesLagNs,
        int connectionsMemoryPercent,
        int messagesMemoryPercent,
        int connectionsHeapPercent,
        int messagesHeapPercent) {
    public static final int DEFAULT_CONNECTIONS_LAG_MS = 250;
    public static final long DEFAULT_CONNECTIONS_LAG_NS = TimeUnit.MILLISECONDS.toNanos(DEFAULT_CONNECTIONS_LAG_MS);
    public static final int DEFAULT_MESSAGES_LAG_SECONDS = 1;
    public static final long DEFAULT_MESSAGES_LAG_NS = TimeUnit.SECONDS.toNanos(DEFAULT_MESSAGES_LAG_SECONDS);
    public static final int DEFAULT_CONNECTIONS_MEMORY_PERCENT = 85;
    public static final int DEFAULT_MESSAGES_MEMORY_PERCENT = 95;
    public static final int DEFAULT_CONNECTIONS_HEAP_PERCENT = 85;
    public static final int DEFAULT_MESSAGES_HEAP_PERCENT = 95;

    /** More than all memory. */
    public static final int NEVER = 101;

    /** All defaults: for a server that anybody can reach. */
    public static final LoadLimits DEFAULTS = new LoadLimits(
            DEFAULT_CONNECTIONS_LAG_NS,
            DEFAULT_MESSAGES_LAG_NS,
            DEFAULT_CONNECTIONS_MEMORY_PERCENT,
            DEFAULT_MESSAGES_MEMORY_PERCENT,
            DEFAULT_CONNECTIONS_HEAP_PERCENT,
            DEFAULT_MESSAGES_HEAP_PERCENT);

    /** Nothing is refused: for measuring. */
    public static final LoadLimits NONE = new LoadLimits(Long.MAX_VALUE, Long.MAX_VALUE, NEVER, NEVER, NEVER, NEVER);

    public LoadLimits {
        requireLag(connectionsLagNs);
        requireLag(messagesLagNs);
        requirePercent(connectionsMemoryPercent);
        requirePercent(messagesMemoryPercent);
        requirePercent(connectionsHeapPercent);
        requirePercent(messagesHeapPercent);
        if (messagesLagNs < connectionsLagNs
                || messagesMemoryPercent < connectionsMemoryPercent
                || messagesHeapPercent < connectionsHeapPercent) {
            throw new IllegalArgumentException("messages must not be refused at a lower load than connections");
        }
    }

    public LoadLimits withLag(final long newConnectionsLagNs, final long newMessagesLagNs) {
        return new LoadLimits(
                newConnectionsLagNs,
                newMessagesLagNs,
                connectionsMemoryPercent,
                messagesMemoryPercent,
                connectionsHeapPercent,
                messagesHeapPercent);
    }

    public LoadLimits withMemory(final int newConnectionsPercent, final int newMessagesPercent) {
        return new LoadLimits(
                connectionsLagNs,
                messagesLagNs,
                newConnectionsPercent,
                newMessagesPercent,
                connectionsHeapPercent,
                messagesHeapPercent);
    }

    public LoadLimits withHeap(final int newConnectionsPercent, final int newMessagesPercent) {
        return new LoadLimits(
                connectionsLagNs,
                messagesLagNs,
                connectionsMemoryPercent,
                messagesMemoryPercent,
                newConnectionsPercent,
                newMessagesPercent);
    }

    /** Whether the heap counts at all. */
    public boolean watchesHeap() {
        return connectionsHeapPercent < NEVER || messagesHeapPercent < NEVER;
    }

    private static void requireLag(final long ns) {
        if (ns < 1) {
            throw new IllegalArgumentException("the lag from which load is shed must be more than 0, not " + ns);
        }
    }

    private static void requirePercent(final int percent) {
        if (percent < 1 || percent > NEVER) {
            throw new IllegalArgumentException(
                    "the part of memory or heap from which load is shed must be 1 to 100 percent, not " + percent);
        }
    }
}
