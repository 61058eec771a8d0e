package io.posthaste.cli;

import io.posthaste.policy.AccessRules;
import io.posthaste.policy.AuthRules;
import io.posthaste.server.ServerBuilder;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options on who may use the server, and whose mailboxes there are. */
final class AccessOptions {
    @Option(
            names = "--recipients",
            paramLabel = "FILE",
            description =
                    "Recipients taken, one a line: local-part@domain, or @domain for all of a domain; any other is"
                            + " refused with 550 5.1.1. Without --accept the domains in it are those accepted.")
    private Path recipients;

    @Option(
            names = "--recipient-delimiter",
            paramLabel = "CHAR",
            description =
                    "What may stand between a listed local-part and an addition of its owner's: with + ann@a.example"
                            + " also gets ann+lists@a.example.")
    private Character recipientDelimiter;

    @Option(
            names = "--block-senders",
            paramLabel = "FILE",
            description =
                    "Senders refused with 550 5.7.1, one a line: local-part@domain, @domain, or .domain for all of"
                            + " its subdomains.")
    private Path blockedSenders;

    @Option(
            names = "--block-networks",
            paramLabel = "FILE",
            description = "Networks whose clients are refused with 554 in place of the greeting, one a line:"
                    + " 192.0.2.0/24, 2001:db8::/32.")
    private Path blockedNetworks;

    @Option(
            names = "--allow-networks",
            paramLabel = "FILE",
            description = "Exceptions from --block-networks and --dnsbl.")
    private Path allowedNetworks;

    @Option(
            names = "--auth-users",
            paramLabel = "FILE",
            description = "Users who may log in with AUTH, within TLS, and then send to everybody: a line each, as"
                    + " posthaste hash-password makes it.")
    private Path authUsers;

    @Option(
            names = "--auth-required",
            fallbackValue = "true",
            description = "Take mail only from clients that have logged in; others get 530.")
    private boolean authRequired;

    @Option(
            names = "--max-auth-failures",
            paramLabel = "N",
            defaultValue = "" + AuthRules.DEFAULT_FAILURES,
            description = "Failed logins of a session; one more is answered 421. Default: ${DEFAULT-VALUE}.")
    private int authFailures;

    @Option(
            names = "--policy-timeout",
            paramLabel = "TIME",
            defaultValue = AccessRules.DEFAULT_POLICY_TIMEOUT_SECONDS + "s",
            converter = Quantities.Time.class,
            description = "Time for a policy's answer, or for a password to be checked; then 451, or 454. Default:"
                    + " ${DEFAULT-VALUE}.")
    private Duration policyTimeout;

    @Option(
            names = "--list-reload",
            paramLabel = "TIME",
            defaultValue = ServerBuilder.DEFAULT_LIST_RELOAD_SECONDS + "s",
            converter = Quantities.Time.class,
            description = "How often these files are looked at; one that has changed and rests is read, and no session"
                    + " waits for it. SIGHUP has them read at once. Default: ${DEFAULT-VALUE}.")
    private Duration reload;

    /**
     * Sets all of this.
     *
     * @throws IllegalArgumentException a value is wrong; the message is for the operator
     */
    void applyTo(final ServerBuilder builder) {
        builder.recipients(recipients)
                .blockSenders(blockedSenders)
                .blockNetworks(blockedNetworks)
                .allowNetworks(allowedNetworks)
                .authUsers(authUsers)
                .requireAuth(authRequired)
                .authFailures(authFailures)
                .policyTimeout(policyTimeout)
                .reloadLists(reload);
        if (recipientDelimiter != null) {
            builder.recipientDelimiter(recipientDelimiter);
        }
    }
}
