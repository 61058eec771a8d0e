package io.posthaste.server;

import io.posthaste.tls.TlsCertificates;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads certificates anew when their files change, or when it is asked to. A thread of its own; what does not load leaves
 * those in force.
 */
final class CertificateWatch {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);

    private final TlsCertificates certificates;
    private final long everyNs;
    private final Thread thread;
    private volatile boolean requested;
    private volatile boolean stopped;

    CertificateWatch(final TlsCertificates certificates, final Duration every) {
        this.certificates = certificates;
        everyNs = every.toNanos();
        thread = new Thread(this::run, "posthaste-certificates");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Loads them now, whether they have changed or not. Any thread. */
    void request() {
        requested = true;
        LockSupport.unpark(thread);
    }

    void stop() throws InterruptedException {
        stopped = true;
        LockSupport.unpark(thread);
        thread.join();
    }

    private void run() {
        boolean isPending = false;
        while (!stopped) {
            if (!requested) {
                LockSupport.parkNanos(this, everyNs);
            }
            final boolean isRequested = requested;
            requested = false;
            // A certificate and its key are two files: what does not fit together now may do so at the next look.
            final boolean isChanged = !stopped && (isRequested || haveChanged(isPending));
            if (isChanged || isPending && !stopped) {
                isPending = !load(isChanged);
            }
        }
    }

    /** What cannot be looked at counts as changed, once: loading it says what is wrong, and this thread goes on. */
    private boolean haveChanged(final boolean isPending) {
        try {
            return certificates.haveChanged();
        } catch (final RuntimeException | OutOfMemoryError e) {
            LOG.debug("looking at the certificates failed", e);
            return !isPending;
        }
    }

    private boolean load(final boolean isChanged) {
        try {
            final String engineBefore = certificates.engineDescription();
            certificates.load();
            LOG.info("certificates loaded: {}", certificates.description());
            if (!certificates.engineDescription().equals(engineBefore)) {
                LOG.warn("TLS by {} from now on, until now by {}", certificates.engineDescription(), engineBefore);
            }
            return true;
        } catch (final RuntimeException | OutOfMemoryError e) {
            // This thread must not end with it: nothing would be loaded any more, and certificates expire.
            if (isChanged) {
                LOG.warn("the new certificates are not taken, those before stay in force: {}", e.getMessage());
            }
            return false;
        }
    }
}
