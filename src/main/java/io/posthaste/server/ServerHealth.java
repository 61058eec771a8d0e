package io.posthaste.server;

import io.posthaste.delivery.Delivery;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Whether a server lives, and whether it should be sent connections: for those who watch it from outside. Any thread but a
 * reactor's.
 */
public final class ServerHealth {
    /** A reactor whose event loop has not turned for so long hangs, or fails in each turn. */
    public static final Duration LONGEST_TURN = Duration.ofSeconds(10);

    private final ServerStatus status;
    private final Delivery delivery;
    private final BooleanSupplier isRetired;
    private final Duration longestTurn;

    /** @param longestTurn how long a reactor may go without a turn that comes to its end before it is said to hang */
    ServerHealth(
            final ServerStatus status,
            final Delivery delivery,
            final BooleanSupplier isRetired,
            final Duration longestTurn) {
        this.longestTurn = longestTurn;
        this.status = status;
        this.delivery = delivery;
        this.isRetired = isRetired;
    }

    /** What is wrong with the process, in one line; empty when it lives. What is wrong outside of it is no fault of it. */
    public Optional<String> fault() {
        for (int i = 0; i < status.reactors(); i++) {
            final Duration since = Duration.ofNanos(status.sinceTurnNs(i));
            if (since.compareTo(longestTurn) > 0) {
                return Optional.of("reactor-" + i + " has not turned for " + since.toSeconds() + " s" + failures(i));
            }
        }
        return Optional.empty();
    }

    /** A loop that fails goes on turning, and says in the log why. */
    private String failures(final int reactor) {
        final long failed = status.failedTurns(reactor);
        return failed == 0 ? "" : "; " + failed + " turns of it have failed, see the log";
    }

    /**
     * Why it should get no more connections, in one line; empty when it is ready: it listens, is not about to stop, and the
     * delivery can take mail. May ask the disk.
     */
    public Optional<String> obstacle() {
        if (isRetired.getAsBoolean()) {
            return Optional.of("stopping");
        }
        if (status.queueCapacity() > 0 && status.queueDepth() >= status.queueCapacity()) {
            return Optional.of("the queue before the delivery is full");
        }
        return fault().or(delivery::obstacle);
    }
}
