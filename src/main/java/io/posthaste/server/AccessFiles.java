package io.posthaste.server;

import io.posthaste.delivery.Figure;
import io.posthaste.dnsbl.Dnsbl;
import io.posthaste.dnsbl.DnsblStatistics;
import io.posthaste.policy.AccessRules;
import io.posthaste.policy.AddressList;
import io.posthaste.policy.AuthRules;
import io.posthaste.policy.NetworkSet;
import io.posthaste.policy.PasswordFile;
import io.posthaste.policy.Policy;
import io.posthaste.policy.ProxyRules;
import io.posthaste.policy.RecipientPolicy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@link AccessSettings} name: files, read, and DNS lists. The files are watched and the lists asked between
 * {@link #start} and {@link #stop}.
 */
final class AccessFiles {
    private static final Logger LOG = LoggerFactory.getLogger(AccessFiles.class);

    private final AccessSettings settings;
    private final List<WatchedFile<?>> watched = new ArrayList<>();
    private final AccessRules rules;
    /** Null when there is no list. */
    private final Supplier<AddressList> recipients;

    private final FileWatch watch;
    /** Null without AUTH. */
    private final PasswordAuthenticator authenticator;
    /** Null without DNS lists. */
    private final Dnsbl dnsbl;

    /**
     * @param proxy whose balancers are not looked up: they stand for clients whose address they do not tell
     * @throws IllegalArgumentException a file is missing or wrong; the message is for the operator
     */
    AccessFiles(final AccessSettings settings, final ProxyRules proxy) {
        this.settings = settings;
        recipients = read("--recipients", settings.recipients(), AddressList::readRecipients, null);
        final Supplier<PasswordFile> users = read("--auth-users", settings.authUsers(), PasswordFile::read, null);
        authenticator = users == null ? null : new PasswordAuthenticator(users);
        final Supplier<NetworkSet> allowed =
                read("--allow-networks", settings.allowedNetworks(), NetworkSet::read, NetworkSet.EMPTY);
        dnsbl = settings.dnsbl() == null
                ? null
                : new Dnsbl(
                        settings.dnsbl(),
                        address -> proxy.isBalancer(address) || allowed.get().contains(address));
        rules = AccessRules.OPEN
                .withBlockedSenders(
                        read("--block-senders", settings.blockedSenders(), AddressList::read, AddressList.EMPTY))
                .withNetworks(
                        read("--block-networks", settings.blockedNetworks(), NetworkSet::read, NetworkSet.EMPTY),
                        allowed)
                .withAuth(new AuthRules(authenticator, settings.authRequired(), settings.authFailures()))
                .withPolicies(policies())
                .withPolicyTimeoutNs(settings.policyTimeout().toNanos());
        watch = new FileWatch("posthaste-lists", watched, settings.reload());
    }

    /** The DNS lists, then those of the embedding program. */
    private List<Policy> policies() {
        final List<Policy> policies = new ArrayList<>(settings.policies());
        if (dnsbl != null) {
            policies.add(0, dnsbl);
        }
        return policies;
    }

    private <T> Supplier<T> read(
            final String option, final Path file, final Function<Path, T> reader, final T otherwise) {
        if (file == null) {
            return otherwise == null ? null : () -> otherwise;
        }
        final WatchedFile<T> opened = new WatchedFile<>(option, file, reader, LOG, InstantSource.system());
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

    /** What the look-ups in DNS lists count, and how many passwords wait; none of what there is not. */
    List<Figure> figures() {
        return Stream.concat(lookUps().stream(), passwords().stream()).toList();
    }

    private List<Figure> passwords() {
        return authenticator == null
                ? List.of()
                : List.of(
                        new Figure(
                                "password_queue_depth",
                                "Passwords that wait to be checked.",
                                false,
                                authenticator.queueDepth()),
                        new Figure(
                                "password_queue_capacity",
                                "Passwords that may wait; with more, AUTH is answered 454.",
                                false,
                                PasswordAuthenticator.QUEUE));
    }

    private List<Figure> lookUps() {
        if (dnsbl == null) {
            return List.of();
        }
        final DnsblStatistics counted = dnsbl.statistics();
        return List.of(
                new Figure(
                        "dnsbl_remembered",
                        "Clients that need not be looked up when they connect: their result is known or awaited.",
                        true,
                        counted.remembered()),
                new Figure(
                        "dnsbl_lookup_milliseconds",
                        "Time that the look-ups which have ended took, together.",
                        true,
                        TimeUnit.NANOSECONDS.toMillis(counted.lookupNs())),
                new Figure("dnsbl_lookups", "Clients looked up in DNS lists.", true, counted.lookups()),
                new Figure("dnsbl_listed", "Of those, the ones that a list has.", true, counted.listed()),
                new Figure("dnsbl_refusals", "Recipients refused for a DNS list.", true, counted.refusals()),
                new Figure("dnsbl_failures", "Times a DNS list gave no answer.", true, counted.failures()),
                new Figure(
                        "dnsbl_not_looked_up",
                        "Clients let in because too many look-ups were under way.",
                        true,
                        counted.left()),
                new Figure(
                        "dnsbl_foreign_datagrams",
                        "Datagrams passed over because they answer no question.",
                        true,
                        counted.foreign()),
                new Figure("dnsbl_lookups_under_way", "Clients that are looked up now.", false, dnsbl.underWay()),
                new Figure("dnsbl_entries", "Clients whose result is remembered or awaited.", false, dnsbl.entries()));
    }

    /** What became of new versions of the files. Any thread. */
    List<Figure> reloadFigures() {
        return watched.stream().flatMap(file -> file.figures().stream()).toList();
    }

    /** Whether there are files that {@link #reload} reads. */
    boolean isReloadable() {
        return !watched.isEmpty();
    }

    /** Reads the files now, changed or not; returns at once. Any thread. */
    void reload() {
        watch.request();
    }

    /** @param starter runs what starts a thread, or throws what came of it */
    void start(final Consumer<Runnable> starter) {
        if (dnsbl != null) {
            starter.accept(dnsbl::start);
        }
        starter.accept(watch::start);
    }

    /** Also where not all was started. */
    void stop() throws InterruptedException {
        watch.stop();
        if (dnsbl != null) {
            dnsbl.stop();
        }
        if (authenticator != null) {
            authenticator.close();
        }
    }
}
