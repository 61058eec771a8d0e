package io.posthaste.policy;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;

/**
 * Which recipients are taken: every one, or those of the domains named. {@code <postmaster>} without a domain is always
 * taken (RFC 5321 section 4.5.1). Immutable; any thread.
 */
public final class RecipientPolicy {
    /** Takes every recipient: for sinks and for servers that only loopback can reach. */
    public static final RecipientPolicy ACCEPT_ALL = new RecipientPolicy(true, List.of());

    private final boolean acceptsAll;
    private final DomainSet domains;

    private RecipientPolicy(final boolean acceptsAll, final Collection<String> domains) {
        this.acceptsAll = acceptsAll;
        this.domains = new DomainSet(domains);
    }

    /** Takes the recipients of these domains; {@code *} among them takes all. */
    public static RecipientPolicy ofDomains(final Collection<String> domains) {
        return domains.contains("*") ? ACCEPT_ALL : new RecipientPolicy(false, domains);
    }

    /** Whether the recipient whose domain is in octets [from, to) is taken; an empty domain is the bare postmaster. */
    public boolean accepts(final ByteBuffer in, final int from, final int to) {
        return acceptsAll || from == to || domains.contains(in, from, to);
    }
}
