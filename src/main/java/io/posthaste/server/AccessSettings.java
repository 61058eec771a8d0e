package io.posthaste.server;

import io.posthaste.policy.AccessRules;
import io.posthaste.policy.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Who may use a server, and whose mailboxes there are. Immutable.
 *
 * @param recipients file of the recipients taken; null for all of the domains accepted
 * @param recipientDelimiter between a local-part of that file and what its owner may add to it; 0 for none
 * @param blockedSenders file of senders refused; may be null
 * @param blockedNetworks file of networks refused; may be null
 * @param allowedNetworks file of networks that are not; may be null
 * @param authUsers file of users and password hashes; null without AUTH
 * @param authRequired whether MAIL is only taken from those that have logged in
 * @param authFailures failed logins of a session that are answered 535
 * @param reload how often the files are looked at
 * @param policies of the embedding program, asked in this order
 * @param policyTimeout for a policy to answer
 */
record AccessSettings(
        Path recipients,
        byte recipientDelimiter,
        Path blockedSenders,
        Path blockedNetworks,
        Path allowedNetworks,
        Path authUsers,
        boolean authRequired,
        int authFailures,
        Duration reload,
        List<Policy> policies,
        Duration policyTimeout) {
    static final Duration DEFAULT_POLICY_TIMEOUT = Duration.ofNanos(AccessRules.DEFAULT_POLICY_TIMEOUT_NS);
    static final Duration DEFAULT_RELOAD = Duration.ofSeconds(5);

    /** @throws IllegalArgumentException with a message for the operator */
    AccessSettings {
        policies = List.copyOf(policies);
        if (recipientDelimiter != 0 && recipients == null) {
            throw new IllegalArgumentException(
                    "--recipient-delimiter says something about --recipients, which is not set");
        }
        if (recipientDelimiter != 0
                && (recipientDelimiter <= ' ' || recipientDelimiter == '@' || recipientDelimiter == '.')) {
            throw new IllegalArgumentException("the recipient delimiter is a character such as + or -");
        }
        if (allowedNetworks != null && blockedNetworks == null) {
            throw new IllegalArgumentException(
                    "--allow-networks makes exceptions from --block-networks, which is not set");
        }
        if (authRequired && authUsers == null) {
            throw new IllegalArgumentException("--auth-required needs --auth-users: nobody could log in");
        }
        if (reload.isZero() || reload.isNegative()) {
            throw new IllegalArgumentException("the time between looks at the lists must be more than 0");
        }
    }
}
