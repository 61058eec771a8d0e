package io.posthaste.tls;

import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The provider that was chosen, with the JDK behind it where the choice was left to us. Any thread. */
final class ChosenProvider {
    private static final String MISSING =
            "its jars are not there: they belong into lib-tls beside the runnable jar, or on the class path";

    private final TlsProvider jdk = new JdkProvider();
    private final TlsEngineChoice choice;
    /** Null where the JDK was chosen, or nothing else is there. */
    private final TlsProvider preferred;

    /** Why the preferred is not used; empty if it is, or was not wanted. */
    private volatile String reason = "";

    private volatile TlsProvider used = jdk;

    /** @throws IllegalArgumentException what was asked for cannot be had; the message is for the operator */
    ChosenProvider(final TlsEngineChoice choice) {
        this.choice = choice;
        preferred = choice == TlsEngineChoice.JDK ? null : loaded();
    }

    private TlsProvider loaded() {
        try {
            final Iterator<TlsProvider> found = ServiceLoader.load(
                            TlsProvider.class, ChosenProvider.class.getClassLoader())
                    .iterator();
            if (found.hasNext()) {
                final TlsProvider provider = found.next();
                provider.load();
                return provider;
            }
            reason = MISSING;
        } catch (final NoClassDefFoundError e) {
            reason = MISSING;
        } catch (final ServiceConfigurationError | LinkageError | IllegalStateException e) {
            reason = e.getMessage();
        }
        if (choice == TlsEngineChoice.BORINGSSL) {
            throw new IllegalArgumentException("BoringSSL cannot be used: " + reason);
        }
        return null;
    }

    /**
     * Whether {@link #newEngines} can do with it among others: where the choice is left to us, the JDK can. Changes nothing.
     *
     * @throws IllegalArgumentException it cannot; the message is for the operator
     */
    void check(final Identity identity) {
        if (choice == TlsEngineChoice.BORINGSSL) {
            preferred.newEngines(List.of(identity)).close();
        }
    }

    /** @throws IllegalArgumentException the provider cannot do with them; the message is for the operator */
    TlsEngines newEngines(final List<Identity> identities) {
        if (preferred != null) {
            try {
                final TlsEngines engines = preferred.newEngines(identities);
                used = preferred;
                reason = "";
                return engines;
            } catch (final IllegalArgumentException e) {
                if (choice == TlsEngineChoice.BORINGSSL) {
                    throw e;
                }
                reason = e.getMessage();
            }
        }
        used = jdk;
        return jdk.newEngines(identities);
    }

    /** Who does TLS. */
    TlsProvider used() {
        return used;
    }

    /** A line for the operator: who does TLS, and why it is not another. */
    String description() {
        return reason.isEmpty() ? used.name() : used.name() + " (BoringSSL is not used: " + reason + ")";
    }
}
