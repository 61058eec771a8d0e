package io.posthaste.dnsbl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the lists about clients: a selector, one socket for each question. What does not answer the question is passed over and
 * the answer waited for on (RFC 5452 section 9.1): else somebody who only guesses the port could have a listed client let in.
 *
 * <p>Every client that is asked about gets its answer once, whatever goes wrong, an Error included: sessions wait for it, and
 * what is not answered would be waited for again and again.
 */
final class LookupAgent {
    private static final Logger LOG = LoggerFactory.getLogger(LookupAgent.class);

    /** Clients taken and datagrams read in one turn at the most. */
    private static final int REQUEST_LIMIT = 256;

    private static final int DATAGRAM_LIMIT = 16;
    private static final int IDS = 1 << 16;

    private final DnsblSettings settings;
    private final DnsblStatistics statistics;
    private final Results results;
    private final NanoClock clock;
    private final long timeoutNs;
    private final long attemptNs;
    private final Queue<Listing> requests;

    // The agent's thread only.
    private final Consumer<SelectionKey> onKey = this::onKey;
    private final Random ids;
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(DnsAnswer.MOST_OCTETS);
    private final DnsAnswer answer = new DnsAnswer();
    /** Questions under way, by their deadlines; each is taken out before its own changes. */
    private final TreeSet<Exchange> exchanges = new TreeSet<>(Exchange.BY_DEADLINE);

    private FailureReports reports;
    private long exchangesBegun;
    private long nowNs;

    private volatile Selector selector;
    private volatile boolean stopped;

    /**
     * @param onCompleted told of each result, with one that is to be forgotten for it, or null; any thread
     * @param requests empty; for several threads that add, and one that takes
     * @param ids of questions
     */
    LookupAgent(
            final DnsblSettings settings,
            final DnsblStatistics statistics,
            final Consumer<Listing> onCompleted,
            final NanoClock clock,
            final Queue<Listing> requests,
            final Random ids) {
        this.settings = settings;
        this.statistics = statistics;
        results = new Results(settings, statistics, onCompleted);
        this.clock = clock;
        timeoutNs = settings.timeout().toNanos();
        attemptNs = timeoutNs / Exchange.ATTEMPTS;
        this.requests = requests;
        this.ids = ids;
        reports = new FailureReports(clock.nanoTime());
    }

    // ---- life

    /** Before the first turn. */
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

    /** A client is to be looked up; where that cannot be, it is let in. Any thread. */
    void request(final Listing listing) {
        try {
            requests.add(listing);
        } catch (final Throwable e) {
            // No memory, say: nobody else knows of it.
            statistics.failures.increment();
            results.letIn(listing, clock.nanoTime());
            return;
        }
        if (stopped && requests.remove(listing)) {
            // The agent's last look at the requests may be over: nobody else answers it.
            results.letIn(listing, clock.nanoTime());
            return;
        }
        wakeUp();
    }

    /** Whoever is still asked about is let in from now on. Any thread; {@link #onClose} has to follow. */
    void requestStop() {
        stopped = true;
        wakeUp();
    }

    private void wakeUp() {
        final Selector opened = selector;
        if (opened != null) {
            opened.wakeup();
        }
    }

    /** Whether nothing is looked up any more; any thread. */
    boolean isStopped() {
        return stopped;
    }

    /** Answers all that is still asked; behind the last turn. Idempotent. */
    void onClose() {
        stopped = true;
        Listing listing;
        while ((listing = requests.poll()) != null) {
            results.letIn(listing, clock.nanoTime());
        }
        while (!exchanges.isEmpty()) {
            try {
                giveUp(exchanges.first().lookup());
            } catch (final Throwable e) {
                log(e);
            }
        }
        final Selector opened = selector;
        if (opened != null) {
            close(opened);
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
        final long sleepMs = requests.isEmpty() && !stopped ? untilDeadlineMs(longestSleepMs) : 0;
        return work + (sleepMs > 0 ? selector.select(onKey, sleepMs) : selector.selectNow(onKey));
    }

    private long untilDeadlineMs(final long longestMs) {
        if (exchanges.isEmpty()) {
            return longestMs;
        }
        final long leftNs = Math.max(0, exchanges.first().deadlineNs() - nowNs);
        return Math.min(longestMs, 1 + TimeUnit.NANOSECONDS.toMillis(leftNs));
    }

    private int takeRequests() {
        int taken = 0;
        Listing listing;
        while (taken < REQUEST_LIMIT && (listing = requests.poll()) != null) {
            taken++;
            take(listing);
        }
        return taken;
    }

    private void take(final Listing listing) {
        Lookup lookup = null;
        try {
            lookup = new Lookup(listing, nowNs);
            begin(lookup);
        } catch (final Throwable e) {
            if (lookup == null) {
                results.letIn(listing, clock.nanoTime());
            } else {
                giveUp(lookup);
            }
            onFailure(e);
        }
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
            try {
                onLate(first);
            } catch (final Throwable e) {
                giveUp(first.lookup());
                onFailure(e);
            }
        }
        return late;
    }

    private void onLate(final Exchange exchange) {
        if (exchange.mayTryAgain(nowNs)) {
            send(exchange);
        } else {
            fail(exchange, "none within " + settings.timeout().toMillis() + " ms");
        }
    }

    private void onKey(final SelectionKey key) {
        final Exchange exchange = (Exchange) key.attachment();
        try {
            nowNs = clock.nanoTime();
            read(exchange);
        } catch (final Throwable e) {
            giveUp(exchange.lookup());
            onFailure(e);
        }
    }

    private void read(final Exchange exchange) {
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
            results.complete(lookup, rcode == DnsAnswer.NO_ERROR ? answer.text() : "", nowNs);
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
        endAll(lookup);
        final byte[] name = DnsName.reversed(
                lookup.listing().address().getAddress(), exchange.zone().wire());
        final Exchange reason =
                new Exchange(exchangesBegun++, lookup, exchange.zone(), name, DnsAnswer.TYPE_TXT, 1, nowNs + attemptNs);
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
            results.complete(exchange.lookup(), "", nowNs);
            return;
        }
        statistics.failures.increment();
        exchange.lookup().failed();
        completeIfOver(exchange.lookup());
        // Only now: a report that fails leaves nobody without an answer.
        reports.failed(exchange, reason, nowNs);
    }

    private void onFailure(final Throwable failure) {
        statistics.failures.increment();
        reports.failed(failure, nowNs);
    }

    /** Asks no more about a client: unless a list has it, it is let in. Needs no memory. */
    private void giveUp(final Lookup lookup) {
        lookup.failed();
        endAll(lookup);
        if (!lookup.listing().isKnown()) {
            results.complete(lookup, "", nowNs);
        }
    }

    private void endAll(final Lookup lookup) {
        while (!lookup.isOver()) {
            end(lookup.lastExchange());
        }
    }

    private void end(final Exchange exchange) {
        exchanges.remove(exchange);
        exchange.lookup().end(exchange);
        close(exchange);
    }

    private static void close(final AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (final Throwable e) {
            log(e);
        }
    }

    private static void log(final Throwable failure) {
        try {
            LOG.debug("cleaning up failed", failure);
        } catch (final Throwable e) {
            // Not even the log works (no memory, say): whoever waits for an answer matters more.
        }
    }

    private void completeIfOver(final Lookup lookup) {
        if (lookup.isOver()) {
            results.complete(lookup, "", nowNs);
        }
    }
}
