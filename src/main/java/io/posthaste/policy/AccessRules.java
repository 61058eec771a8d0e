package io.posthaste.policy;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Who may use a server, besides whom it takes mail for ({@link RecipientPolicy}). Immutable, but for what a policy decides.
 *
 * @param policies asked one after the other until one refuses
 * @param policyTimeoutNs for a policy to answer, or for a password to be checked; then {@code 451 4.7.1}
 */
public record AccessRules(List<Policy> policies, long policyTimeoutNs) {
    public static final long DEFAULT_POLICY_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    /** Everybody. */
    public static final AccessRules OPEN = new AccessRules(List.of(), DEFAULT_POLICY_TIMEOUT_NS);

    public AccessRules {
        policies = List.copyOf(policies);
        Objects.requireNonNull(policies);
        if (policyTimeoutNs <= 0) {
            throw new IllegalArgumentException("policy timeout must be more than 0, not " + policyTimeoutNs);
        }
    }

    public AccessRules withPolicies(final List<Policy> newPolicies) {
        return new AccessRules(newPolicies, policyTimeoutNs);
    }

    public AccessRules withPolicyTimeoutNs(final long timeoutNs) {
        return new AccessRules(policies, timeoutNs);
    }
}
