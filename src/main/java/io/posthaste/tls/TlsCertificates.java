package io.posthaste.tls;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The certificates in force. Loading new ones leaves connections as they are: each keeps what its handshake began with.
 * Whether sessions begun before can be resumed is the provider's; where nothing else is in force they can. A pair of files that
 * is wrong leaves its earlier version in force, and keeps no other from being renewed. Any thread; loading one at a time.
 */
public final class TlsCertificates implements TlsEngines {
    private final ChosenProvider provider;
    /** Guarded by this. */
    private final Identities identities;
    /** Held while an engine is made, and alone while those that make them are swapped or closed. */
    private final ReadWriteLock swap = new ReentrantReadWriteLock();

    private TlsEngines current;
    private volatile List<Identity> inForce;
    private volatile String description;

    /** As {@link #TlsCertificates(TlsConfig, TlsEngineChoice)}, with the choice left to us. */
    public TlsCertificates(final TlsConfig config) {
        this(config, TlsEngineChoice.AUTO);
    }

    /** @throws IllegalArgumentException something is missing or wrong; the message is for the operator */
    public TlsCertificates(final TlsConfig config, final TlsEngineChoice choice) {
        provider = new ChosenProvider(choice);
        identities = new Identities(config, provider::check);
        use(identities.inForce());
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

    /** When each certificate in force is no longer valid, by the file it comes from, the default first. */
    public Map<String, Instant> ends() {
        final Map<String, Instant> ends = new LinkedHashMap<>();
        inForce.forEach(identity -> ends.put(identity.source(), identity.end()));
        return ends;
    }

    /** What about the files should be seen to, though they load: a line each for the operator. */
    public synchronized List<String> warnings(final Instant now) {
        final List<String> warnings = new ArrayList<>();
        for (final Identity identity : inForce) {
            Validity.warning(identity, now).ifPresent(warnings::add);
        }
        identities.secretFiles().forEach(file -> Exposure.warning(file).ifPresent(warnings::add));
        return warnings;
    }

    /** Looks at the files: those that have changed, or were wrong, are loaded. */
    public synchronized CertificateReload look() {
        return refresh(false);
    }

    /** Loads all the files, changed or not. */
    public synchronized CertificateReload load() {
        return refresh(true);
    }

    private CertificateReload refresh(final boolean all) {
        final Identities.Refresh found = identities.refresh(all);
        final boolean isSwap = !found.inForce().equals(inForce);
        if (isSwap) {
            use(found.inForce());
        }
        return new CertificateReload(found.isChanged(), isSwap, found.faults());
    }

    private void use(final List<Identity> next) {
        swapTo(provider.newEngines(next));
        inForce = next;
        description = describe(next);
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
            final Instant end = identity.end();
            parts.add(identity.source() + " for " + String.join(" ", identity.names())
                    + (end.isBefore(Instant.now()) ? ", EXPIRED " : ", until ") + end);
        }
        return String.join("; ", parts);
    }
}
