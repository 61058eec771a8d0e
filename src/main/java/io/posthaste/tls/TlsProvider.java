package io.posthaste.tls;

import java.util.List;

/**
 * A library that does TLS. One for all certificates of a server, so that what outlives them, such as the keys of session
 * tickets, is kept here. Any thread.
 *
 * <p>One in a jar of its own is found by {@link java.util.ServiceLoader}.
 */
public interface TlsProvider {
    /** Its name, as people know it. */
    String name();

    /** Its name, as programs know it: the value of {@code --tls-engine} that asks for it. */
    String id();

    /** Which version of it is loaded, as its makers name it; after {@link #load}. */
    String version();

    /**
     * Loads what it needs outside the heap. Idempotent.
     *
     * @throws IllegalStateException it cannot be used here; the message says why, and what to do
     */
    void load();

    /**
     * Engines with these certificates; after {@link #load}.
     *
     * @param identities at least one; the first is for clients that ask for no name, or for one that is not there
     * @throws IllegalArgumentException it cannot do with such a certificate or key; the message is for the operator
     */
    TlsEngines newEngines(List<Identity> identities);
}
