package io.posthaste.policy;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/**
 * Which recipients are taken: every one, or those of the domains named, or of these only those on a list. {@code
 * <postmaster>} without a domain is always taken, and so is the postmaster of each domain taken (RFC 5321 section 4.5.1).
 * Immutable, but for the list, which may be another from one look to the next; any thread.
 */
public final class RecipientPolicy {
    /** Takes every recipient: for sinks and for servers that only loopback can reach. */
    public static final RecipientPolicy ACCEPT_ALL = new RecipientPolicy(true, List.of(), null, (byte) 0);

    /** What becomes of a recipient. */
    public enum Decision {
        TAKEN,
        /** Its domain is not taken here. */
        RELAY_DENIED,
        /** Its domain is, but it is not on the list. */
        UNKNOWN
    }

    private static final byte[] POSTMASTER = {'p', 'o', 's', 't', 'm', 'a', 's', 't', 'e', 'r'};

    private final boolean acceptsAll;
    private final DomainSet domains;
    private final boolean hasDomains;
    /** Null when there is none. */
    private final Supplier<AddressList> list;

    private final byte delimiter;

    private RecipientPolicy(
            final boolean acceptsAll,
            final Collection<String> domains,
            final Supplier<AddressList> list,
            final byte delimiter) {
        this.acceptsAll = acceptsAll;
        this.domains = new DomainSet(domains);
        this.hasDomains = !domains.isEmpty();
        this.list = list;
        this.delimiter = delimiter;
    }

    /** Takes the recipients of these domains; {@code *} among them takes all. */
    public static RecipientPolicy ofDomains(final Collection<String> domains) {
        return domains.contains("*") ? ACCEPT_ALL : new RecipientPolicy(false, domains, null, (byte) 0);
    }

    /**
     * Takes the recipients on a list.
     *
     * @param domains only those of these; {@code *} among them stands for any, none for the domains on the list
     * @param list asked for with each recipient: may change
     * @param delimiter between a local-part on the list and what its owner may add to it; 0 for none
     */
    public static RecipientPolicy ofList(
            final Collection<String> domains, final Supplier<AddressList> list, final byte delimiter) {
        final boolean acceptsAll = domains.contains("*");
        return new RecipientPolicy(acceptsAll, acceptsAll ? List.of() : domains, list, delimiter);
    }

    /**
     * What becomes of a recipient.
     *
     * @param from where its local-part begins
     * @param domain where its domain begins; {@code to} for the bare postmaster
     * @param to behind its domain
     */
    public Decision decide(final ByteBuffer in, final int from, final int domain, final int to) {
        if (domain == to) {
            return Decision.TAKEN;
        }
        if (list == null) {
            return acceptsAll || domains.contains(in, domain, to) ? Decision.TAKEN : Decision.RELAY_DENIED;
        }
        final AddressList current = list.get();
        final boolean isDomainTaken =
                acceptsAll || (hasDomains ? domains.contains(in, domain, to) : current.hasDomain(in, domain, to));
        if (!isDomainTaken) {
            return Decision.RELAY_DENIED;
        }
        return current.contains(in, from, domain, to, delimiter) || isPostmaster(in, from, domain - 1)
                ? Decision.TAKEN
                : Decision.UNKNOWN;
    }

    private static boolean isPostmaster(final ByteBuffer in, final int from, final int to) {
        if (to - from != POSTMASTER.length) {
            return false;
        }
        for (int i = 0; i < POSTMASTER.length; i++) {
            if (OctetSet.lower(in.get(from + i)) != POSTMASTER[i]) {
                return false;
            }
        }
        return true;
    }
}
