package io.posthaste.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The certificates in force. Loading new ones leaves connections as they are: each keeps what its handshake began with.
 * Whether sessions begun before can be resumed is the provider's. Any thread; loading one at a time.
 */
public final class TlsCertificates implements TlsEngines {
    private final TlsConfig config;
    private final ChosenProvider provider;
    /** Held while an engine is made, and alone while those that make them are swapped or closed. */
    private final ReadWriteLock swap = new ReentrantReadWriteLock();

    private TlsEngines current;
    private volatile String description;
    private String fingerprint;

    /** As {@link #TlsCertificates(TlsConfig, TlsEngineChoice)}, with the choice left to us. */
    public TlsCertificates(final TlsConfig config) {
        this(config, TlsEngineChoice.AUTO);
    }

    /** @throws IllegalArgumentException something is missing or wrong; the message is for the operator */
    public TlsCertificates(final TlsConfig config, final TlsEngineChoice choice) {
        this.config = config;
        provider = new ChosenProvider(choice);
        load();
    }

    /** Who does TLS, as people know it. */
    public String engineName() {
        return provider.used().name();
    }

    /** Who does TLS; another after {@link #load} where the first cannot do with the new certificates. */
    public TlsProvider provider() {
        return provider.used();
    }

    /** A line for the operator: who does TLS, and why it is not another. */
    public String engineDescription() {
        return provider.description();
    }

    /** A line for the operator: which certificates are in force, and until when each is valid. */
    public String description() {
        return description;
    }

    @Override
    public TlsEngine newEngine() {
        swap.readLock().lock();
        try {
            return current.newEngine();
        } finally {
            swap.readLock().unlock();
        }
    }

    @Override
    public void close() {
        swap.writeLock().lock();
        try {
            current.close();
        } finally {
            swap.writeLock().unlock();
        }
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
        swapTo(provider.newEngines(identities));
        description = describe(identities);
    }

    private void swapTo(final TlsEngines next) {
        final TlsEngines before;
        swap.writeLock().lock();
        try {
            before = current;
            current = next;
        } finally {
            swap.writeLock().unlock();
        }
        if (before != null) {
            before.close();
        }
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
