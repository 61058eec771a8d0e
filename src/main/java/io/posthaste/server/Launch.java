package io.posthaste.server;

import io.posthaste.delivery.Delivery;
import io.posthaste.tls.TlsCertificates;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The way from settings to a running server: opens what they name, lists first, then certificates, then the delivery, and
 * none of it is left open when a later one cannot be. One thread.
 */
final class Launch {
    private final ServerConfig config;
    private final Destination destination;

    Launch(final ServerConfig config, final Destination destination) {
        this.config = config;
        this.destination = destination;
    }

    /** See {@link ServerBuilder#start}. */
    SmtpServer start() throws IOException {
        requireRoomForContent();
        final AccessFiles access = loadAccessFiles();
        final TlsCertificates certificates = config.tls().isOffered() ? loadCertificates() : null;
        final Delivery delivery;
        try {
            delivery = destination.open(config.hostname(), config.limits().messageOctets());
        } catch (final IOException | RuntimeException | Error e) {
            if (certificates != null) {
                certificates.close();
            }
            throw e;
        }
        return SmtpServer.start(config, certificates, access, delivery);
    }

    /** See {@link ServerBuilder#faults}. */
    List<String> faults() {
        final List<String> faults = new ArrayList<>();
        note(faults, this::requireRoomForContent);
        if (config.tls().isOffered()) {
            note(faults, () -> loadCertificates().close());
        }
        note(faults, this::loadAccessFiles);
        note(faults, destination::requireSpoolToForward);
        note(faults, () -> destination.check(config.limits().messageOctets()));
        return faults;
    }

    /** See {@link ServerBuilder#warnings}. What does not load is a fault, and none of these. */
    List<String> warnings(final Instant now) {
        if (!config.tls().isOffered()) {
            return List.of();
        }
        try (TlsCertificates certificates = loadCertificates()) {
            return certificates.warnings(now);
        } catch (final IllegalArgumentException e) {
            return List.of();
        }
    }

    private static void note(final List<String> faults, final Runnable check) {
        try {
            check.run();
        } catch (final IllegalArgumentException e) {
            faults.add(e.getMessage());
        }
    }

    private void requireRoomForContent() {
        if (destination.keepsContent()) {
            config.requireRoomForContent(
                    destination.octetsInMemory(config.limits().messageOctets()));
        }
    }

    private AccessFiles loadAccessFiles() {
        return new AccessFiles(config.access(), config.proxy());
    }

    private TlsCertificates loadCertificates() {
        return new TlsCertificates(config.tls().certificates(), config.tls().engine());
    }
}
