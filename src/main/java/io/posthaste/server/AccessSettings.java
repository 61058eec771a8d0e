package io.posthaste.server;

import io.posthaste.policy.AccessRules;
import io.posthaste.policy.Policy;
import java.time.Duration;
import java.util.List;

/**
 * Who may use a server. Immutable.
 *
 * @param policies of the embedding program, asked in this order
 * @param policyTimeout for a policy to answer
 */
record AccessSettings(List<Policy> policies, Duration policyTimeout) {
    static final Duration DEFAULT_POLICY_TIMEOUT = Duration.ofNanos(AccessRules.DEFAULT_POLICY_TIMEOUT_NS);

    AccessSettings {
        policies = List.copyOf(policies);
    }

    /** What its sessions go by. */
    AccessRules rules() {
        return AccessRules.OPEN.withPolicies(policies).withPolicyTimeoutNs(policyTimeout.toNanos());
    }
}
