package io.posthaste.dnsbl;

import io.posthaste.policy.Policy;
import io.posthaste.policy.Question;
import io.posthaste.policy.Verdict;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Refuses recipients of clients that a DNS list has (RFC 5782). The look-up begins when the client connects and its answer is
 * needed at RCPT, by which time it is mostly there. An answer that does not come means: not listed.
 *
 * <p>Called on reactor threads, several at once, without locks. What is known of an address is remembered in one table for all
 * of them, where asking allocates nothing. The table is bounded: the agent takes out the oldest result when there are too many,
 * and begins no more look-ups than allowed.
 */
public final class Dnsbl implements Policy {
    private static final String POSTMASTER = "postmaster";

    private final DnsblStatistics statistics = new DnsblStatistics();
    private final ConcurrentHashMap<InetAddress, Listing> known = new ConcurrentHashMap<>();
    /** Look-ups begun here and not completed by the agent. */
    private final AtomicInteger underWay = new AtomicInteger();

    private final DnsblSettings settings;
    private final Predicate<InetAddress> exempt;
    private final NanoClock clock;
    private final LookupAgent agent;
    private final LookupThread thread;

    /**
     * Opens nothing yet.
     *
     * @param exempt whose clients are not looked up, besides loopback and networks that no list can know
     * @throws IllegalArgumentException there is no DNS server to ask; the message is for the operator
     */
    public Dnsbl(final DnsblSettings settings, final Predicate<InetAddress> exempt) {
        this(settings, exempt, SystemNanoClock.INSTANCE, ResolvConf.FILE);
    }

    /** @param resolvConf names the DNS servers where the settings name none */
    Dnsbl(
            final DnsblSettings settings,
            final Predicate<InetAddress> exempt,
            final NanoClock clock,
            final Path resolvConf) {
        this.settings = settings.servers().isEmpty() ? settings.withServers(ResolvConf.servers(resolvConf)) : settings;
        this.exempt = exempt;
        this.clock = clock;
        agent = new LookupAgent(
                this.settings, statistics, this::onCompleted, clock, new ConcurrentLinkedQueue<>(), new SecureRandom());
        thread = new LookupThread(agent, clock);
    }

    /** Before the first question: from now on a thread of its own looks clients up. */
    public void start() {
        thread.start();
    }

    /** Ends the thread; who waits for an answer is told that nothing is known. Idempotent. */
    public void stop() throws InterruptedException {
        thread.stop();
    }

    public DnsblStatistics statistics() {
        return statistics;
    }

    /** Results that are remembered, and look-ups under way. */
    public long entries() {
        return known.mappingCount();
    }

    /** Clients that are looked up now. */
    public int underWay() {
        return underWay.get();
    }

    LookupAgent agent() {
        return agent;
    }

    // ---- the policy

    /** Begins the look-up, and lets the client in. */
    @Override
    public CompletionStage<Verdict> onConnect(final Question question) {
        final InetAddress address = question.clientAddress();
        if (find(address) != null) {
            statistics.remembered.increment();
        } else if (!isExempt(address)) {
            begin(address);
        }
        return Verdict.ACCEPT.now();
    }

    /** The postmaster is always taken (RFC 5321 section 4.5.1): who is listed has to be able to say that it is an error. */
    @Override
    public CompletionStage<Verdict> onRecipient(final Question question) {
        if (!question.user().isEmpty()) {
            return Verdict.ACCEPT.now();
        }
        final InetAddress address = question.clientAddress();
        Listing listing = find(address);
        if (listing == null && !isExempt(address)) {
            listing = begin(address);
        }
        if (listing == null) {
            return Verdict.ACCEPT.now();
        }
        final boolean isKnown = listing.isKnown();
        if (!isKnown && agent.isStopped()
                || isKnown && listing.answer().join().isAccepted()
                || isPostmaster(question.recipient())
                || isExempt(address)) {
            return Verdict.ACCEPT.now();
        }
        if (isKnown) {
            count(listing.answer().join());
            return listing.answer();
        }
        return listing.answer().thenApply(this::count);
    }

    private Verdict count(final Verdict verdict) {
        if (!verdict.isAccepted()) {
            statistics.refusals.increment();
        }
        return verdict;
    }

    private static boolean isPostmaster(final String recipient) {
        final int at = recipient.lastIndexOf('@');
        return POSTMASTER.equals((at < 0 ? recipient : recipient.substring(0, at)).toLowerCase(Locale.ROOT));
    }

    private boolean isExempt(final InetAddress address) {
        return PrivateNetworks.contain(address) || exempt.test(address);
    }

    /** What is known of an address, or will be; null when nothing is, or what was has expired. */
    private Listing find(final InetAddress address) {
        final Listing listing = known.get(address);
        if (listing != null && listing.isExpired(clock.nanoTime())) {
            known.remove(address, listing);
            return null;
        }
        return listing;
    }

    /** Begins to look an address up, if nobody else has; null when too many are being looked up, or none any more. */
    private Listing begin(final InetAddress address) {
        if (agent.isStopped()) {
            return null;
        }
        final Listing listing = new Listing(address);
        if (underWay.incrementAndGet() > settings.lookups()) {
            underWay.decrementAndGet();
            statistics.left.increment();
            return null;
        }
        final Listing other;
        try {
            other = known.putIfAbsent(address, listing);
        } catch (final Throwable e) {
            underWay.decrementAndGet();
            throw e;
        }
        if (other != null) {
            underWay.decrementAndGet();
            return other;
        }
        agent.request(listing);
        statistics.lookups.increment();
        return listing;
    }

    /** The agent has an answer, and for the table's sake forgets an older one; null when there is room. */
    private void onCompleted(final Listing forgotten) {
        underWay.decrementAndGet();
        if (forgotten != null) {
            known.remove(forgotten.address(), forgotten);
        }
    }
}
