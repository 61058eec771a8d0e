package io.posthaste.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The certificates in force. Loading new ones leaves connections as they are: each keeps what its handshake began with; only
 * sessions begun before cannot be resumed. Any thread; loading one at a time.
 */
public final class TlsCertificates implements TlsEngines {
    private final TlsConfig config;
    private volatile TlsEngines current;
    private volatile String description;
    private String fingerprint;

    /** @throws IllegalArgumentException something is missing or wrong; the message is for the operator */
    public TlsCertificates(final TlsConfig config) {
        this.config = config;
        load();
    }

    /** A line for the operator: which certificates are in force, and until when each is valid. */
    public String description() {
        return description;
    }

    @Override
    public TlsEngine newEngine() {
        return current.newEngine();
    }

    /** Whether the files have changed since they were looked at last, loaded or not. */
    public synchronized boolean haveChanged() {
        return !fingerprintNow().equals(fingerprint);
    }

    /**
     * Loads everything anew. What is in force stays when it fails.
     *
     * @throws IllegalArgumentException something is missing or wrong; the message is for the operator
     */
    public synchronized void load() {
        fingerprint = fingerprintNow();
        final List<Identity> identities = Identities.load(config);
        current = new JdkEngines(identities);
        description = describe(identities);
    }

    private static String describe(final List<Identity> identities) {
        final List<String> parts = new ArrayList<>();
        for (final Identity identity : identities) {
            final Instant end = identity.certificate().getNotAfter().toInstant();
            parts.add(identity.source() + " for " + String.join(" ", identity.names())
                    + (end.isBefore(Instant.now()) ? ", EXPIRED " : ", until ") + end);
        }
        return String.join("; ", parts);
    }

    /** Name, inode, size and time of each file, so that neither a new file nor a moved link goes unseen. */
    private String fingerprintNow() {
        final StringBuilder all = new StringBuilder();
        for (final Path file : files()) {
            all.append(file).append(' ');
            try {
                final BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                all.append(attributes.fileKey())
                        .append(' ')
                        .append(attributes.size())
                        .append(' ')
                        .append(attributes.lastModifiedTime().toInstant());
            } catch (final IOException e) {
                all.append("missing");
            }
            all.append('\n');
        }
        return all.toString();
    }

    private List<Path> files() {
        final List<Path> files = new ArrayList<>();
        if (config.certificate() != null) {
            files.add(config.certificate());
        }
        if (config.key() != null) {
            files.add(config.key());
        }
        if (config.passwordFile() != null) {
            files.add(config.passwordFile());
        }
        if (config.directory() != null && Files.isDirectory(config.directory())) {
            for (final Path certificate : Identities.certificatesIn(config.directory())) {
                files.add(certificate);
                files.add(Identities.keyOf(certificate));
            }
        }
        return files;
    }
}
