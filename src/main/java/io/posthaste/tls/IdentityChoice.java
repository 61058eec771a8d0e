package io.posthaste.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which certificates may be shown to a client that asks for a host (SNI, RFC 6066 section 3). The name decides, not the kind of
 * key: a client that could do with the key of another host's certificate gets none of it. Immutable; any thread.
 */
public final class IdentityChoice {
    private final List<Identity> identities;
    private final List<Identity> fallback;

    /** @param identities at least one; the first is for clients that ask for no name, or for one that is not there */
    public IdentityChoice(final List<Identity> identities) {
        this.identities = List.copyOf(identities);
        fallback = List.of(identities.get(0));
    }

    /**
     * At least one, in the order they were given.
     *
     * @param host as the client asked for it; null if it did not
     */
    public List<Identity> forHost(final String host) {
        if (host == null) {
            return fallback;
        }
        final String wanted = host.toLowerCase(Locale.ROOT);
        final List<Identity> found = new ArrayList<>(1);
        for (final Identity identity : identities) {
            if (identity.isFor(wanted)) {
                found.add(identity);
            }
        }
        return found.isEmpty() ? fallback : found;
    }
}
