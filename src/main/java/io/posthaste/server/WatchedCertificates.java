package io.posthaste.server;

import io.posthaste.delivery.Figure;
import io.posthaste.tls.CertificateReload;
import io.posthaste.tls.TlsCertificates;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Certificates that are loaded anew when their files change. What is wrong is told, once a day for as long as it lasts. A
 * certificate and its key are two files, so what does not fit together now may do so at the next look.
 */
final class WatchedCertificates implements Reloadable {
    private static final String WHAT = "certificates";

    private final TlsCertificates certificates;
    private final Logger log;
    private final StandingWarnings warnings;
    private final ReloadTally tally;

    /** @param log gets what becomes of new versions */
    WatchedCertificates(final TlsCertificates certificates, final Logger log, final InstantSource clock) {
        this.certificates = certificates;
        this.log = log;
        warnings = new StandingWarnings(log, clock);
        tally = new ReloadTally(WHAT, clock);
    }

    @Override
    public boolean look() {
        return read(false);
    }

    @Override
    public boolean reload() {
        return read(true);
    }

    /** What became of them. Any thread. */
    List<Figure> figures() {
        return tally.figures();
    }

    private boolean read(final boolean isRequested) {
        final String engineBefore = certificates.engineDescription();
        final CertificateReload became = attempt(isRequested);
        if (became.isSwapped() || isRequested) {
            log.info("certificates in force: {}", certificates.description());
        }
        if (!certificates.engineDescription().equals(engineBefore)) {
            log.warn("TLS by {} from now on, until now by {}", certificates.engineDescription(), engineBefore);
        }
        count(became, isRequested, warnings.tell(became.faults(), isRequested));
        return became.isSwapped();
    }

    private void count(final CertificateReload became, final boolean isRequested, final boolean isNewFault) {
        final boolean isWhole = became.faults().isEmpty();
        final boolean isSuccess = isWhole && (isRequested || became.isChanged() || tally.faults() > 0);
        if (became.isSwapped() || isSuccess) {
            tally.taken();
        }
        if (isNewFault || isRequested && !isWhole) {
            tally.refused();
        }
        if (isSuccess) {
            tally.inOrder();
        } else {
            tally.outOfOrder(became.faults().size());
        }
    }

    private CertificateReload attempt(final boolean isRequested) {
        try {
            return isRequested ? certificates.load() : certificates.look();
        } catch (final RuntimeException | OutOfMemoryError e) {
            // The thread that looks at the files must not end with it: nothing would be loaded any more, and
            // certificates
            // expire.
            log.debug("loading the certificates failed", e);
            return new CertificateReload(
                    false, false, Map.of(WHAT, "no new certificate is taken, those before stay in force: " + e));
        }
    }
}
