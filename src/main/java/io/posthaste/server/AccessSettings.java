package io.posthaste.server;

import io.posthaste.dnsbl.DnsblSettings;
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
 * @param allowedNetworks file of networks that are not, whatever DNS lists say; may be null
 * @param authUsers file of users and password hashes; null without AUTH
 * @param authRequired whether MAIL is only taken from those that have logged in
 * @param authFailures failed logins of a session that are answered 535
 * @param reload how often the files are looked at
 * @param dnsbl which DNS lists are asked about clients; null for none
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
        DnsblSettings dnsbl,
        List<Policy> policies,
        Duration policyTimeout) {
    static final Duration DEFAULT_POLICY_TIMEOUT = Duration.ofNanos(AccessRules.DEFAULT_POLICY_TIMEOUT_NS);
    static final Duration DEFAULT_RELOAD = Duration.ofSeconds(ServerBuilder.DEFAULT_LIST_RELOAD_SECONDS);

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
        if (allowedNetworks != null && blockedNetworks == null && dnsbl == null) {
            throw new IllegalArgumentException(
                    "--allow-networks makes exceptions from --block-networks and --dnsbl, and neither is set");
        }
        if (policyTimeout.isZero() || policyTimeout.isNegative()) {
            throw new IllegalArgumentException("--policy-timeout must be more than 0");
        }
        if (dnsbl != null && dnsbl.longestWait().compareTo(policyTimeout) >= 0) {
            throw new IllegalArgumentException("DNS lists may take up to "
                    + dnsbl.longestWait().toMillis() + " ms with this --dnsbl-timeout: --policy-timeout, now "
                    + policyTimeout.toMillis() + " ms, must be longer, or mail is refused with 451 when they are slow");
        }
        if (authRequired && authUsers == null) {
            throw new IllegalArgumentException("--auth-required needs --auth-users: nobody could log in");
        }
        if (reload.isZero() || reload.isNegative()) {
            throw new IllegalArgumentException("the time between looks at the lists must be more than 0");
        }
    }
}
