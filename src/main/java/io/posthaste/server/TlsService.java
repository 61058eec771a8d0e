package io.posthaste.server;

import io.posthaste.delivery.Figure;
import io.posthaste.policy.TlsLimits;
import io.posthaste.reactor.Handshakes;
import io.posthaste.reactor.Reactor;
import io.posthaste.tls.TlsCertificates;
import io.posthaste.tls.TlsProvider;
import io.posthaste.tls.TlsWorkerPool;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server with TLS has besides its reactors: the certificates and the watch over their files, the threads for the
 * heavy work of handshakes, and the handshakes of each reactor. Owns the certificates. The server's methods only, one at a
 * time, but for {@link #reload}.
 */
final class TlsService {
    /** Handshakes whose heavy work may wait for a thread: a second of it or less. */
    private static final int QUEUE = 512;

    private static final Logger LOG = LoggerFactory.getLogger(TlsService.class);

    private final TlsCertificates certificates;
    /** Of one reactor. */
    private final TlsLimits limits;

    private final TlsWorkerPool workers;
    private final List<Handshakes> handshakes = new ArrayList<>();
    /** Null for a certificate that is in no file. */
    private final WatchedCertificates files;

    /** Null with it. */
    private final FileWatch watch;

    /** @param reactors over which the limits are spread */
    TlsService(final TlsSettings settings, final TlsCertificates certificates, final int reactors) {
        this.certificates = certificates;
        limits = settings.limits().shareOf(reactors);
        workers = new TlsWorkerPool(settings.threads(), QUEUE);
        files = settings.certificates().selfSigned()
                ? null
                : new WatchedCertificates(certificates, LOG, InstantSource.system());
        watch = files == null ? null : new FileWatch("posthaste-certificates", List.of(files), settings.reloadEvery());
    }

    /** For one reactor; before {@link #start}. */
    Handshakes newHandshakes(final Reactor reactor) {
        final Handshakes made = new Handshakes(certificates, workers, limits, reactor.doorbell(), System.nanoTime());
        handshakes.add(made);
        return made;
    }

    /** The library that does it, for people. */
    String engineName() {
        return certificates.engineName();
    }

    /** The library that does it, for programs. */
    ServerStatus.TlsEngine engine() {
        final TlsProvider provider = certificates.provider();
        return new ServerStatus.TlsEngine(provider.id(), provider.version());
    }

    void start() {
        LOG.info("TLS by {}", certificates.engineDescription());
        LOG.info("certificates: {}", certificates.description());
        if (watch != null) {
            watch.start();
        }
    }

    /** Whether there are files that {@link #reload} loads. */
    boolean isReloadable() {
        return watch != null;
    }

    /** When certificates end, and what became of their new versions. Any thread. */
    List<Figure> figures() {
        final List<Figure> figures = new ArrayList<>(files == null ? List.of() : files.figures());
        certificates
                .ends()
                .forEach((source, end) -> figures.add(new Figure(
                        "tls_certificate_expiry_timestamp_seconds",
                        "When a certificate in force is no longer valid, in seconds since 1970.",
                        false,
                        end.getEpochSecond(),
                        "source",
                        source)));
        figures.add(new Figure(
                "tls_worker_queue_depth",
                "Heavy steps of handshakes that wait for a thread.",
                false,
                workers.queueDepth()));
        figures.add(new Figure(
                "tls_worker_queue_capacity",
                "Heavy steps of handshakes that may wait; with more, handshakes are refused.",
                false,
                workers.queueCapacity()));
        return figures;
    }

    /** Loads the files now, changed or not; returns at once. Any thread. */
    void reload() {
        if (watch != null) {
            watch.request();
        }
    }

    /** The reactors have ended: ends the threads, and gives back what handshakes held. */
    void stop() throws InterruptedException {
        try {
            if (watch != null) {
                watch.stop();
            }
        } finally {
            workers.close();
            handshakes.forEach(Handshakes::close);
            certificates.close();
        }
    }
}
