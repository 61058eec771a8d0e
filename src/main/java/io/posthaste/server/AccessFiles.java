package io.posthaste.server;

import io.posthaste.policy.AccessRules;
import io.posthaste.policy.AddressList;
import io.posthaste.policy.AuthRules;
import io.posthaste.policy.NetworkSet;
import io.posthaste.policy.PasswordFile;
import io.posthaste.policy.RecipientPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** The files of {@link AccessSettings}, read, and watched between {@link #start} and {@link #stop}. */
final class AccessFiles {
    private final AccessSettings settings;
    private final List<WatchedFile<?>> watched = new ArrayList<>();
    private final AccessRules rules;
    /** Null when there is no list. */
    private final Supplier<AddressList> recipients;

    private final FileWatch watch;
    /** Null without AUTH. */
    private final PasswordAuthenticator authenticator;

    /** @throws IllegalArgumentException a file is missing or wrong; the message is for the operator */
    AccessFiles(final AccessSettings settings) {
        this.settings = settings;
        recipients = read("--recipients", settings.recipients(), AddressList::readRecipients, null);
        final Supplier<PasswordFile> users = read("--auth-users", settings.authUsers(), PasswordFile::read, null);
        authenticator = users == null ? null : new PasswordAuthenticator(users);
        rules = AccessRules.OPEN
                .withBlockedSenders(
                        read("--block-senders", settings.blockedSenders(), AddressList::read, AddressList.EMPTY))
                .withNetworks(
                        read("--block-networks", settings.blockedNetworks(), NetworkSet::read, NetworkSet.EMPTY),
                        read("--allow-networks", settings.allowedNetworks(), NetworkSet::read, NetworkSet.EMPTY))
                .withAuth(new AuthRules(authenticator, settings.authRequired(), settings.authFailures()))
                .withPolicies(settings.policies())
                .withPolicyTimeoutNs(settings.policyTimeout().toNanos());
        watch = new FileWatch(watched, settings.reload());
    }

    private <T> Supplier<T> read(
            final String option, final Path file, final Function<Path, T> reader, final T otherwise) {
        if (file == null) {
            return otherwise == null ? null : () -> otherwise;
        }
        final WatchedFile<T> opened = new WatchedFile<>(option, file, reader);
        watched.add(opened);
        return opened;
    }

    AccessRules rules() {
        return rules;
    }

    /** @param domains accepted, {@code *} for all; none for all, or for those on the list */
    RecipientPolicy recipients(final Collection<String> domains) {
        if (recipients != null) {
            return RecipientPolicy.ofList(domains, recipients, settings.recipientDelimiter());
        }
        return domains.isEmpty() ? RecipientPolicy.ACCEPT_ALL : RecipientPolicy.ofDomains(domains);
    }

    void start() {
        watch.start();
    }

    void stop() throws InterruptedException {
        watch.stop();
        if (authenticator != null) {
            authenticator.close();
        }
    }
}
