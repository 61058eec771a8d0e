package io.posthaste.server;

import io.posthaste.delivery.Delivery;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.HandOff;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.memory.BlockPool;
import io.posthaste.policy.ClientTable;
import io.posthaste.policy.LoadGauge;
import io.posthaste.reactor.ConnectionBudget;
import io.posthaste.reactor.Handshakes;
import io.posthaste.reactor.Reactor;
import io.posthaste.session.FlightRecorder;
import io.posthaste.session.SessionContext;
import io.posthaste.session.SessionProfile;
import io.posthaste.session.TlsGate;
import io.posthaste.session.TransactionListener;
import io.posthaste.session.VerdictQueue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Makes the reactors of a server: each gets what is its own (memory, queues back, sessions, logs), a share of what is
 * divided, and what all of them use together. One thread.
 */
final class ReactorAssembly {
    /** A reactor's longest sleep: so often at least it begins a turn. */
    static final long LONGEST_SLEEP_MS = 100;

    /** Receipts that may be on their way to one reactor. */
    private static final int GREATEST_RECEIPT_CAPACITY = 1 << 16;

    private final ServerConfig config;
    private final DeliveryStage stage;
    /** Null without TLS. */
    private final TlsService tls;

    private final ServerStatus status;
    private final ConnectionBudget budget;
    private final SessionProfile profile;
    private final ClientTable clients;
    private final HeapWatch heap;
    private final long instance = EnvelopeIds.newInstance(System.currentTimeMillis());
    private final List<TransactionLogBuffer> logBuffers = new ArrayList<>();
    private final List<LogSource> otherLogs = new ArrayList<>();

    /**
     * @param tls null without TLS
     * @param status is told of each reactor
     * @param budget of connections, over all reactors
     * @param heap asked how full the heap is
     */
    ReactorAssembly(
            final ServerConfig config,
            final AccessFiles access,
            final DeliveryStage stage,
            final TlsService tls,
            final ServerStatus status,
            final ConnectionBudget budget,
            final HeapWatch heap) {
        this.config = config;
        this.stage = stage;
        this.tls = tls;
        this.status = status;
        this.budget = budget;
        this.heap = heap;
        profile = new SessionProfile(
                config.hostname(),
                config.sessionRules(access, stage.delivery().carriesDsn()),
                config::isTrusted,
                status);
        clients = new ClientTable(config.clientLimits(), config.maxConnections(), System.nanoTime());
        status.counts(clients);
    }

    /**
     * Makes all of them.
     *
     * @param group owns each from the moment it is made
     * @param sockets where sessions begin in the clear
     * @param tlsSockets where TLS begins before the greeting
     * @throws IOException a selector cannot be opened; what is made is in the group
     */
    void addTo(final ReactorGroup group, final ListeningSockets sockets, final ListeningSockets tlsSockets)
            throws IOException {
        for (int i = 0; i < config.reactors(); i++) {
            final Reactor reactor = new Reactor("reactor-" + i, SystemNanoClock.INSTANCE, LONGEST_SLEEP_MS);
            group.add(reactor);
            final BlockPool pool = new BlockPool(config.memoryOctets() / config.reactors());
            final ReceiptQueue receipts =
                    new ReceiptQueue(Math.min(GREATEST_RECEIPT_CAPACITY, config.maxConnections()), reactor.doorbell());
            final EnvelopePool envelopes = new EnvelopePool(pool, receipts);
            final HandOff handOff = stage.newHandOff(receipts);
            final Handshakes handshakes = tls == null ? null : tls.newHandshakes(reactor);
            final SessionContext sessions = newSessions(i, reactor, envelopes, handOff, handshakes);
            reactor.prepare(pool, sessions, envelopes, receipts, config.limits(), budget, sockets.ofReactor(i));
            reactor.trustBalancers(config.proxy());
            if (handshakes != null) {
                reactor.offerTls(handshakes, tlsSockets.ofReactor(i));
            }
            status.add(reactor.metrics(), pool, envelopes, handOff);
        }
    }

    /** @param handshakes null without TLS */
    private SessionContext newSessions(
            final int index,
            final Reactor reactor,
            final EnvelopePool envelopes,
            final HandOff handOff,
            final Handshakes handshakes) {
        final Delivery delivery = stage.delivery();
        final SessionContext sessions = new SessionContext(
                profile,
                envelopes,
                new EnvelopeIds(instance, index),
                handOff,
                delivery.keepsContent(),
                reactor.metrics(),
                SystemEpochClock.INSTANCE,
                config.logTransactions() ? newLogBuffer() : TransactionListener.NONE,
                handshakes == null ? TlsGate.NONE : handshakes,
                new VerdictQueue(reactor.doorbell()));
        delivery.parts().ifPresent(parts -> sessions.handOffParts(parts.largeOctets()));
        sessions.countClients(clients);
        if (config.flightEvents() > 0) {
            final FlightLog flight = new FlightLog(reactor.metrics());
            otherLogs.add(flight);
            sessions.record(new FlightRecorder(config.flightEvents(), flight));
        }
        if (config.accessLogRate() > 0) {
            final AccessLog access = new AccessLog(config.accessLogRate(), reactor.metrics());
            otherLogs.add(access);
            sessions.tell(access);
        }
        sessions.watchLoad(new LoadGauge(config.load(), heap::usedPercent, System.nanoTime()));
        return sessions;
    }

    private TransactionListener newLogBuffer() {
        final TransactionLogBuffer buffer = new TransactionLogBuffer();
        logBuffers.add(buffer);
        return buffer;
    }

    /** What writes the logs of all reactors made; null when none is kept. */
    TransactionLog newLog() {
        return logBuffers.isEmpty() && otherLogs.isEmpty() ? null : new TransactionLog(logBuffers, otherLogs);
    }
}
