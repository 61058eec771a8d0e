package io.posthaste.reactor;

import io.posthaste.envelope.Doorbell;
import io.posthaste.policy.TlsLimits;
import io.posthaste.session.TlsGate;
import io.posthaste.tls.TlsEngine;
import io.posthaste.tls.TlsEngines;
import io.posthaste.tls.TlsWorkers;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The handshakes of one reactor: how many may begin, and the way of their heavy work to the workers and back. Called on the
 * reactor thread only, but for {@link SecureLayer#run}, which puts its layer into the queue back, and {@link #close}.
 */
public final class Handshakes implements TlsGate, AutoCloseable {
    /** Handshakes that go on in one cycle at the most. */
    private static final int RESULT_LIMIT = 64;

    private static final long BURST_NS = TimeUnit.SECONDS.toNanos(1);

    private final TlsEngines engines;
    private final TlsWorkers workers;
    private final TlsLimits limits;
    private final Doorbell doorbell;
    /** No longer than there are connections: each has one task out at the most. */
    private final ConcurrentLinkedQueue<SecureLayer> results = new ConcurrentLinkedQueue<>();

    private final HandshakeReports reports;
    private final long handshakeNs;
    private long spentUntilNs;

    /**
     * @param limits this reactor's part
     * @param reactorDoorbell wakes the reactor
     */
    public Handshakes(
            final TlsEngines engines,
            final TlsWorkers workers,
            final TlsLimits limits,
            final Doorbell reactorDoorbell,
            final long nowNs) {
        this(engines, workers, limits, reactorDoorbell, new HandshakeReports(nowNs), nowNs);
    }

    /** @param reports where those that fail are told */
    Handshakes(
            final TlsEngines engines,
            final TlsWorkers workers,
            final TlsLimits limits,
            final Doorbell reactorDoorbell,
            final HandshakeReports reports,
            final long nowNs) {
        this.engines = engines;
        this.workers = workers;
        this.limits = limits;
        doorbell = reactorDoorbell;
        this.reports = reports;
        handshakeNs = BURST_NS / limits.handshakesPerSecond();
        spentUntilNs = nowNs;
    }

    @Override
    public boolean tryAdmit(final long nowNs) {
        final long spentNs = (spentUntilNs - nowNs > 0 ? spentUntilNs : nowNs) + handshakeNs;
        if (spentNs - nowNs > BURST_NS || !workers.hasRoom()) {
            return false;
        }
        spentUntilNs = spentNs;
        return true;
    }

    TlsEngine newEngine() {
        return engines.newEngine();
    }

    /** Where those that fail are told. */
    HandshakeReports reports() {
        return reports;
    }

    long timeoutNs() {
        return limits.handshakeTimeoutNs();
    }

    /** Gives a layer's task to the workers; false when they have too many. */
    boolean offer(final SecureLayer layer) {
        return workers.offer(layer);
    }

    /** A layer's task is done, or failed; any thread. */
    void done(final SecureLayer layer) {
        results.add(layer);
        doorbell.ring();
    }

    boolean hasResults() {
        return !results.isEmpty();
    }

    /** Lets handshakes go on whose task is done, up to a limit; returns how many. */
    int poll(final long nowNs) {
        int count = 0;
        SecureLayer layer;
        while (count < RESULT_LIMIT && (layer = results.poll()) != null) {
            layer.onTaskDone(nowNs);
            count++;
        }
        return count;
    }

    /** The reactor and the workers have ended: gives back what its connections could not, because a task was out. */
    @Override
    public void close() {
        SecureLayer layer;
        while ((layer = results.poll()) != null) {
            layer.onTaskDone(spentUntilNs);
        }
    }
}
