package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.posthaste.delivery.discard.DiscardDelivery;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.QueuedHandOff;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.Limits;
import io.posthaste.policy.SessionRules;
import io.posthaste.reactor.ConnectionBudget;
import io.posthaste.reactor.Reactor;
import io.posthaste.session.SessionContext;
import io.posthaste.session.SessionProfile;
import io.posthaste.session.TransactionListener;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An event loop that fails in each turn is no sound one, though it goes on turning; stepped, on a clock of the test's own. */
final class FailingReactorTest {
    private static final Duration LONGEST_TURN = Duration.ofSeconds(10);
    private static final Duration TURN = Duration.ofMillis(100);

    private long nowNs = Long.MAX_VALUE - LONGEST_TURN.toNanos(); // wraps on the way
    /** Readings of the clock until it fails; the second of a turn is in its middle. */
    private int readingsLeft = Integer.MAX_VALUE;

    private Reactor reactor;
    private ServerHealth health;

    @BeforeEach
    void furnish() throws IOException {
        reactor = new Reactor("tested", this::read, 0);
        final BlockPool pool = new BlockPool(4 << 20);
        final ReceiptQueue receipts = new ReceiptQueue(2, reactor.doorbell());
        final EnvelopePool envelopes = new EnvelopePool(pool, receipts);
        final QueuedHandOff handOff = new QueuedHandOff(new EnvelopeQueue(2), receipts);
        final SessionContext sessions = new SessionContext(
                new SessionProfile("mx.example", SessionRules.DEFAULTS, address -> false, forTrusted -> List.of()),
                envelopes,
                new EnvelopeIds(1, 0),
                handOff,
                true,
                reactor.metrics(),
                () -> 0,
                TransactionListener.NONE);
        final ConnectionBudget budget = new ConnectionBudget(1);
        reactor.prepare(pool, sessions, envelopes, receipts, Limits.DEFAULTS, budget, List.of());
        final ServerStatus status = new ServerStatus(new DiscardDelivery(), budget, null, null, List::of, () -> nowNs);
        status.add(reactor.metrics(), pool, envelopes, handOff);
        health = new ServerHealth(status, new DiscardDelivery(), () -> false, LONGEST_TURN);
    }

    @AfterEach
    void close() {
        reactor.onClose();
    }

    private long read() {
        if (readingsLeft-- == 0) {
            throw new OutOfMemoryError("planted");
        }
        return nowNs;
    }

    private void turns() throws IOException {
        nowNs += TURN.toNanos();
        readingsLeft = Integer.MAX_VALUE;
        reactor.doWork();
    }

    /** @param readings of the clock that it gets through before it fails */
    private void fails(final int readings) {
        nowNs += TURN.toNanos();
        readingsLeft = readings;
        assertThrows(OutOfMemoryError.class, reactor::doWork);
    }

    private long failedTurns() {
        return reactor.metrics().count(Counter.REACTOR_FAILED_TURNS);
    }

    @Test
    void shouldSayThatNoTurnEndsAndThatOneDoesAgain() throws IOException {
        turns();
        turns();
        final long failures = 1 + LONGEST_TURN.toNanos() / TURN.toNanos();
        for (int i = 0; i < failures; i++) {
            fails(1);
            assertEquals(Optional.empty(), health.fault(), "it is given as long as one that hangs");
        }
        fails(1);
        final Optional<String> fault =
                Optional.of("reactor-0 has not turned for 10 s; " + failures + " turns of it have failed, see the log");
        assertEquals(fault, health.fault());
        assertEquals(fault, health.obstacle(), "nor is it ready");

        turns();
        assertEquals(failures + 1, failedTurns(), "each is counted, when the next one begins");
        turns();
        assertEquals(Optional.empty(), health.fault(), "it recovers by itself");
        assertEquals(failures + 1, failedTurns());
    }

    @Test
    void shouldCountAFailureWithWhichATurnBegins() throws IOException {
        turns();
        fails(0);
        fails(0);
        turns();
        assertEquals(2, failedTurns());
    }

    /** Half of the mail is served: to restart it would cost the other half, and the counter tells. */
    @Test
    void shouldLiveWhenTurnsEndInBetween() throws IOException {
        turns();
        for (long ns = 0; ns < 3 * LONGEST_TURN.toNanos(); ns += 3 * TURN.toNanos()) {
            fails(1);
            turns();
            turns();
            assertEquals(Optional.empty(), health.fault());
        }
    }
}
