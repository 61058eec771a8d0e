package io.posthaste.dnsbl;

import io.posthaste.policy.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the lists about clients: a thread with a selector, one socket for each question. What does not answer the question is
 * passed over and the answer waited for on (RFC 5452 section 9.1): else somebody who only guesses the port could have a listed
 * client let in.
 */
final class LookupAgent {
    private static final Logger LOG = LoggerFactory.getLogger(LookupAgent.class);

    /** Clients taken and datagrams read in one turn at the most. */
    private static final int REQUEST_LIMIT = 256;

    private static final int DATAGRAM_LIMIT = 16;
    private static final int IDS = 1 << 16;
    private static final long LONGEST_SLEEP_MS = 10_000;

    private final DnsblSettings settings;
    private final DnsblStatistics statistics;
    /** Told of each result, with one that is to be forgotten for it, or null. */
    private final Consumer<Listing> onCompleted;

    private final NanoClock clock;
    private final long timeoutNs;
    private final long attemptNs;
    private final Queue<Listing> requests = new ConcurrentLinkedQueue<>();
    private final Thread thread;

    // The agent's thread only.
    private final Consumer<SelectionKey> onKey = this::onKey;
    private final Random ids = new SecureRandom();
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(DnsAnswer.MOST_OCTETS);
    private final DnsAnswer answer = new DnsAnswer();
    /** Questions under way, by their deadlines; each is taken out before its own changes. */
    private final TreeSet<Exchange> exchanges = new TreeSet<>(Exchange.BY_DEADLINE);

    private long exchangesBegun;
    /** Results in the order of their age. */
    private final ArrayDeque<Listing> remembered = new ArrayDeque<>();

    private FailureReports reports;
    private long nowNs;

    private volatile Selector selector;
    private volatile boolean stopped;

    LookupAgent(
            final DnsblSettings settings,
            final DnsblStatistics statistics,
            final Consumer<Listing> onCompleted,
            final NanoClock clock) {
        this.settings = settings;
        this.statistics = statistics;
        this.onCompleted = onCompleted;
        this.clock = clock;
        timeoutNs = settings.timeout().toNanos();
        attemptNs = timeoutNs / Exchange.ATTEMPTS;
        reports = new FailureReports(clock.nanoTime());
        thread = new Thread(this::run, "posthaste-dnsbl");
        thread.setDaemon(true);
    }

    // ---- life

    void start() {
        open();
        thread.start();
    }

    /** Instead of {@link #start}, where the caller does the turns. */
    void open() {
        try {
            selector = Selector.open();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param newReports told of lists that give no answer; before the first turn */
    void reportTo(final FailureReports newReports) {
        reports = newReports;
    }

    /** Questions under way. */
    int asking() {
        return exchanges.size();
    }

    /** Whether a question of this type is under way. */
    boolean isAsking(final int type) {
        return exchanges.stream().anyMatch(exchange -> exchange.type() == type);
    }

    /** A client is to be looked up; any thread. */
    void request(final Listing listing) {
        requests.add(listing);
        if (stopped && requests.remove(listing)) {
            // The thread's last look at the requests may be over: nobody else completes it.
            onCompleted.accept(null);
            listing.complete(Verdict.ACCEPT, clock.nanoTime());
            return;
        }
        final Selector opened = selector;
        if (opened != null) {
            opened.wakeup();
        }
    }

    void stop() throws InterruptedException {
        stopped = true;
        final Selector opened = selector;
        if (opened == null || !opened.isOpen()) {
            return;
        }
        opened.wakeup();
        if (thread.isAlive()) {
            thread.join();
        } else {
            end();
        }
    }

    private void run() {
        try {
            while (!stopped) {
                try {
                    doWork(LONGEST_SLEEP_MS);
                } catch (final IOException | RuntimeException e) {
                    LOG.error("looking up clients in DNS lists failed", e);
                }
            }
        } finally {
            // Also behind an error that this thread does not survive: nobody is to wait for it in vain.
            stopped = true;
            end();
        }
    }

    /** Whether nothing is looked up any more; any thread. */
    boolean isStopped() {
        return stopped;
    }

    private void end() {
        Listing listing;
        while ((listing = requests.poll()) != null) {
            final Lookup lookup = new Lookup(listing, nowNs);
            lookup.failed();
            complete(lookup, "");
        }
        for (final Exchange exchange : Set.copyOf(exchanges)) {
            end(exchange);
            exchange.lookup().failed();
            completeIfOver(exchange.lookup());
        }
        try {
            selector.close();
        } catch (final IOException e) {
            LOG.debug("closing a selector failed: {}", e.toString());
        }
    }

    // ---- the turn

    /**
     * Takes what is asked, gives up what is late, reads what has come.
     *
     * @param longestSleepMs how long to wait for something to do; 0 not at all
     */
    int doWork(final long longestSleepMs) throws IOException {
        nowNs = clock.nanoTime();
        final int work = takeRequests() + giveUpLate();
        final long sleepMs = requests.isEmpty() && !stopped ? Math.min(longestSleepMs, untilDeadlineMs()) : 0;
        return work + (sleepMs > 0 ? selector.select(onKey, sleepMs) : selector.selectNow(onKey));
    }

    private long untilDeadlineMs() {
        return exchanges.isEmpty()
                ? LONGEST_SLEEP_MS
                : 1
                        + TimeUnit.NANOSECONDS.toMillis(
                                Math.max(0, exchanges.first().deadlineNs() - nowNs));
    }

    private int takeRequests() {
        int taken = 0;
        Listing listing;
        while (taken < REQUEST_LIMIT && (listing = requests.poll()) != null) {
            taken++;
            begin(new Lookup(listing, nowNs));
        }
        return taken;
    }

    private void begin(final Lookup lookup) {
        final byte[] address = lookup.listing().address().getAddress();
        for (final DnsblZone zone : settings.zones()) {
            final byte[] name = DnsName.reversed(address, zone.wire());
            lookup.begin(new Exchange(
                    exchangesBegun++, lookup, zone, name, DnsAnswer.TYPE_A, Exchange.ATTEMPTS, nowNs + timeoutNs));
        }
        for (final Exchange exchange : lookup.exchanges()) {
            send(exchange);
        }
    }

    private void send(final Exchange exchange) {
        exchanges.remove(exchange);
        try {
            exchange.send(settings.servers(), selector, ids.nextInt(IDS), nowNs + attemptNs);
            exchanges.add(exchange);
        } catch (final IOException | RuntimeException e) {
            // The JDK's channels refuse addresses by unchecked exceptions, too; a look-up always comes to an end.
            onRefusal(exchange, e.toString());
        }
    }

    private int giveUpLate() {
        int late = 0;
        while (!exchanges.isEmpty()) {
            final Exchange first = exchanges.first();
            if (first.deadlineNs() - nowNs > 0) {
                break;
            }
            late++;
            if (first.mayTryAgain(nowNs)) {
                send(first);
            } else {
                fail(first, "none within " + settings.timeout().toMillis() + " ms");
            }
        }
        return late;
    }

    private void onKey(final SelectionKey key) {
        final Exchange exchange = (Exchange) key.attachment();
        nowNs = clock.nanoTime();
        try {
            for (int i = 0; i < DATAGRAM_LIMIT && exchanges.contains(exchange) && exchange.receive(datagram); i++) {
                onDatagram(exchange);
            }
        } catch (final PortUnreachableException e) {
            onRefusal(exchange, "nobody listens at the DNS server's port");
        } catch (final IOException e) {
            onRefusal(exchange, e.toString());
        }
    }

    private void onDatagram(final Exchange exchange) {
        switch (answer.read(datagram, exchange.question())) {
            case FOREIGN -> statistics.foreign.increment();
            case MALFORMED -> onRefusal(exchange, "a malformed one");
            case ANSWER -> onAnswer(exchange);
            default -> throw new IllegalStateException();
        }
    }

    // ---- what comes of it

    private void onAnswer(final Exchange exchange) {
        final int rcode = answer.rcode();
        final Lookup lookup = exchange.lookup();
        if (rcode != DnsAnswer.NO_ERROR && rcode != DnsAnswer.NAME_ERROR) {
            onRefusal(exchange, "the DNS server has none (RCODE " + rcode + ")");
        } else if (exchange.type() == DnsAnswer.TYPE_TXT) {
            end(exchange);
            complete(lookup, rcode == DnsAnswer.NO_ERROR ? answer.text() : "");
        } else if (rcode == DnsAnswer.NAME_ERROR) {
            notListed(exchange);
        } else {
            switch (exchange.zone().judge(answer.addresses(), answer.addressCount())) {
                case LISTED -> listed(exchange);
                case NO_ANSWER_OF_A_LIST -> fail(exchange, "the one that came is none that a list gives");
                case NOT_LISTED -> {
                    if (answer.isTruncated()) {
                        fail(exchange, "it is longer than a datagram");
                    } else {
                        notListed(exchange);
                    }
                }
                default -> throw new IllegalStateException();
            }
        }
    }

    private void notListed(final Exchange exchange) {
        end(exchange);
        // Without addresses nothing but the zone's authority says how long that holds (RFC 2308 section 5).
        exchange.lookup().notListed(answer.addressCount() > 0 ? answer.ttlSeconds() : answer.negativeTtlSeconds());
        completeIfOver(exchange.lookup());
    }

    /** That is enough: the other lists are not waited for, but this one is asked why, once. */
    private void listed(final Exchange exchange) {
        final Lookup lookup = exchange.lookup();
        lookup.listed(exchange.zone(), answer.ttlSeconds());
        lookup.exchanges().forEach(this::end);
        final byte[] name = DnsName.reversed(
                lookup.listing().address().getAddress(), exchange.zone().wire());
        final Exchange reason = new Exchange(
                exchangesBegun++, lookup, exchange.zone(), name, DnsAnswer.TYPE_TXT, 1, nowNs + attemptNs);
        lookup.begin(reason);
        send(reason);
    }

    /** This server cannot answer: another is asked at once, if there is one. */
    private void onRefusal(final Exchange exchange, final String reason) {
        if (exchange.onRefusal(settings.servers(), nowNs)) {
            send(exchange);
        } else {
            fail(exchange, reason);
        }
    }

    private void fail(final Exchange exchange, final String reason) {
        end(exchange);
        if (exchange.type() == DnsAnswer.TYPE_TXT) {
            complete(exchange.lookup(), "");
            return;
        }
        statistics.failures.increment();
        reports.failed(exchange, reason, nowNs);
        exchange.lookup().failed();
        completeIfOver(exchange.lookup());
    }

    private void end(final Exchange exchange) {
        exchanges.remove(exchange);
        exchange.lookup().end(exchange);
        try {
            exchange.close();
        } catch (final IOException e) {
            LOG.debug("closing a socket failed: {}", e.toString());
        }
    }

    private void completeIfOver(final Lookup lookup) {
        if (lookup.isOver()) {
            complete(lookup, "");
        }
    }

    private void complete(final Lookup lookup, final String reason) {
        final Listing listing = lookup.listing();
        final DnsblZone zone = lookup.listedBy();
        if (zone != null) {
            statistics.listed.increment();
        }
        statistics.lookupNs.add(nowNs - lookup.begunNs());
        final Verdict verdict = zone == null ? Verdict.ACCEPT : Refusals.of(listing.address(), zone, reason);
        remembered.add(listing);
        // Counted before it is told, so that whoever hears of it finds it counted.
        onCompleted.accept(remembered.size() > settings.cacheEntries() ? remembered.poll() : null);
        listing.complete(verdict, nowNs + ttlNs(lookup.ttlSeconds()));
    }

    private long ttlNs(final long seconds) {
        final Duration wanted = Duration.ofSeconds(seconds);
        final Duration least = settings.leastTtl();
        final Duration most = settings.mostTtl();
        return (wanted.compareTo(least) < 0 ? least : wanted.compareTo(most) > 0 ? most : wanted).toNanos();
    }
}
