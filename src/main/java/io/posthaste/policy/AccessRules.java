package io.posthaste.policy;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Who may use a server, besides whom it takes mail for ({@link RecipientPolicy}). Immutable, but for what the lists hold,
 * which are asked for with each use, and for what policies decide.
 *
 * @param blockedNetworks whose clients are refused in place of the greeting
 * @param allowedNetworks whose clients are not
 * @param blockedSenders whose mail is refused at MAIL
 * @param auth whether clients log in
 * @param policies asked one after the other until one refuses
 * @param policyTimeoutNs for a policy to answer, or for a password to be checked; then {@code 451 4.7.1}
 */
public record AccessRules(
        Supplier<NetworkSet> blockedNetworks,
        Supplier<NetworkSet> allowedNetworks,
        Supplier<AddressList> blockedSenders,
        AuthRules auth,
        List<Policy> policies,
        long policyTimeoutNs) {
    public static final int DEFAULT_POLICY_TIMEOUT_SECONDS = 30;
    public static final long DEFAULT_POLICY_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(DEFAULT_POLICY_TIMEOUT_SECONDS);

    /** Everybody. */
    public static final AccessRules OPEN = new AccessRules(
            () -> NetworkSet.EMPTY,
            () -> NetworkSet.EMPTY,
            () -> AddressList.EMPTY,
            AuthRules.OFF,
            List.of(),
            DEFAULT_POLICY_TIMEOUT_NS);

    public AccessRules {
        Objects.requireNonNull(blockedNetworks);
        Objects.requireNonNull(allowedNetworks);
        Objects.requireNonNull(blockedSenders);
        Objects.requireNonNull(auth);
        policies = List.copyOf(policies);
        if (policyTimeoutNs <= 0) {
            throw new IllegalArgumentException("policy timeout must be more than 0, not " + policyTimeoutNs);
        }
    }

    /** Whether clients with this address are refused. */
    public boolean isBlocked(final InetAddress address) {
        return blockedNetworks.get().contains(address) && !allowedNetworks.get().contains(address);
    }

    /**
     * Whether mail from this reverse-path is refused; the null one never is.
     *
     * @param from where its local-part begins
     * @param domain where its domain begins
     * @param to behind its domain
     */
    public boolean isBlocked(final ByteBuffer in, final int from, final int domain, final int to) {
        final AddressList senders = blockedSenders.get();
        return from < to
                && senders.size() > 0
                && (senders.contains(in, from, domain, to, (byte) 0) || senders.containsSubdomain(in, domain, to));
    }

    public AccessRules withNetworks(final Supplier<NetworkSet> blocked, final Supplier<NetworkSet> allowed) {
        return new AccessRules(blocked, allowed, blockedSenders, auth, policies, policyTimeoutNs);
    }

    public AccessRules withBlockedSenders(final Supplier<AddressList> senders) {
        return new AccessRules(blockedNetworks, allowedNetworks, senders, auth, policies, policyTimeoutNs);
    }

    public AccessRules withAuth(final AuthRules newAuth) {
        return new AccessRules(blockedNetworks, allowedNetworks, blockedSenders, newAuth, policies, policyTimeoutNs);
    }

    public AccessRules withPolicies(final List<Policy> newPolicies) {
        return new AccessRules(blockedNetworks, allowedNetworks, blockedSenders, auth, newPolicies, policyTimeoutNs);
    }

    public AccessRules withPolicyTimeoutNs(final long timeoutNs) {
        return new AccessRules(blockedNetworks, allowedNetworks, blockedSenders, auth, policies, timeoutNs);
    }
}
