package io.posthaste.forward;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.Figure;
import io.posthaste.delivery.PartStore;
import io.posthaste.delivery.spool.SpoolDelivery;
import io.posthaste.delivery.spool.SpoolSettings;
import io.posthaste.envelope.Envelope;
import io.posthaste.forward.ForwardCounters.Count;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A spool whose mail goes on to forwarders: the delivery is the spool's, and a segment is used again once every forwarder is
 * past it. Called as {@link Delivery} says.
 */
public final class ForwardedSpool implements Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(ForwardedSpool.class);

    private final SpoolDelivery spool;
    private final LongSupplier epochMs;
    private final List<ForwardingAgent> agents;
    private final List<ForwardingThread> threads = new ArrayList<>();
    private boolean closed;

    private ForwardedSpool(final SpoolDelivery spool, final LongSupplier epochMs, final List<ForwardingAgent> agents) {
        this.spool = spool;
        this.epochMs = epochMs;
        this.agents = agents;
        for (int i = 0; i < agents.size(); i++) {
            threads.add(new ForwardingThread(agents.get(i), i, System::nanoTime));
        }
    }

    /**
     * Opens the spool and begins to forward what is in it. A forwarder that was not known here before begins at the oldest
     * message. The forwarders belong to this from now on and are closed by it, also when it fails.
     *
     * @param hostname this server's name
     * @throws IllegalArgumentException two forwarders are the same; the message is for the operator
     * @throws IOException the spool or a cursor cannot be opened; the message is for the operator
     */
    public static ForwardedSpool open(
            final SpoolSettings settings,
            final String hostname,
            final List<Forwarder> forwarders,
            final Retrying retrying)
            throws IOException {
        return open(settings, hostname, forwarders, retrying, ForwardingThread::start);
    }

    /** @param starter starts a thread, or throws what came of it */
    static ForwardedSpool open(
            final SpoolSettings settings,
            final String hostname,
            final List<Forwarder> forwarders,
            final Retrying retrying,
            final Consumer<ForwardingThread> starter)
            throws IOException {
        final Holds holds = new Holds();
        SpoolDelivery spool = null;
        final List<ForwardingAgent> agents = new ArrayList<>();
        final List<ForwardingThread> started = new ArrayList<>(forwarders.size());
        try {
            requireDifferent(forwarders);
            spool = SpoolDelivery.open(settings, hostname, holds::firstNeeded);
            tellForgotten(spool.path(), forwarders);
            for (final Forwarder forwarder : forwarders) {
                agents.add(new ForwardingAgent(
                        spool,
                        forwarder,
                        retrying,
                        System::currentTimeMillis,
                        System::nanoTime,
                        RandomGenerator.getDefault()));
            }
            holds.agents = List.copyOf(agents);
            final ForwardedSpool forwarded = new ForwardedSpool(spool, System::currentTimeMillis, holds.agents);
            for (final ForwardingThread thread : forwarded.threads) {
                starter.accept(thread);
                started.add(thread);
            }
            return forwarded;
        } catch (final IOException | RuntimeException | Error e) {
            end(started);
            closeAfter(e, spool, agents, forwarders, started.size());
            throw e;
        }
    }

    /** What the forwarders hold; all, until they know themselves. */
    private static final class Holds {
        private volatile List<ForwardingAgent> agents = List.of();

        long firstNeeded() {
            long first = Long.MAX_VALUE;
            for (final ForwardingAgent agent : agents) {
                first = Math.min(first, agent.counters().count(Count.FIRST_NEEDED));
            }
            return first == Long.MAX_VALUE ? 0 : first;
        }
    }

    @Override
    public AcknowledgementLevel acknowledgementLevel() {
        return spool.acknowledgementLevel();
    }

    @Override
    public String description() {
        return spool.description()
                + agents.stream()
                        .map(agent -> agent.forwarder().description())
                        .collect(Collectors.joining(", ", ", forwarding to ", ""));
    }

    /** {@inheritDoc} They are in the spool; all forwarders have to carry them on. */
    @Override
    public boolean carriesDsn() {
        return agents.stream().allMatch(agent -> agent.forwarder().carriesDsn());
    }

    @Override
    public Optional<PartStore> parts() {
        return spool.parts();
    }

    @Override
    public void append(final Envelope envelope) throws IOException {
        spool.append(envelope);
    }

    @Override
    public void commit() throws IOException {
        spool.commit();
    }

    @Override
    public Optional<String> obstacle() {
        return spool.obstacle();
    }

    /** {@inheritDoc} The topic is {@code SPOOL}; two lines tell of each forwarder. */
    @Override
    public List<String> help(final String topic) {
        final List<String> lines = new ArrayList<>(spool.help(topic));
        if (!lines.isEmpty()) {
            agents.forEach(agent -> lines.addAll(lines(agent)));
        }
        return lines;
    }

    private List<String> lines(final ForwardingAgent agent) {
        final ForwardCounters counters = agent.counters();
        return List.of(
                "forwarder " + printable(agent.forwarder().description())
                        + (counters.count(Count.AWAY) == 0 ? "" : " is away") + ", backlog "
                        + counters.count(Count.BACKLOG) + ", oldest " + oldestAgeS(counters) + " s, in flight "
                        + counters.count(Count.IN_FLIGHT) + ", waiting " + counters.count(Count.WAITING)
                        + ", octets held " + heldOctets(counters),
                "  recipients delivered " + counters.count(Count.DELIVERED) + ", deferred "
                        + counters.count(Count.DEFERRED) + ", failed " + counters.count(Count.FAILED) + ", outages "
                        + counters.count(Count.OUTAGES) + ", possible duplicates "
                        + counters.count(Count.POSSIBLE_DUPLICATES) + ", missing "
                        + counters.count(Count.MISSING));
    }

    @Override
    public List<Figure> figures() {
        final List<Figure> figures = new ArrayList<>(spool.figures());
        for (final ForwardingAgent agent : agents) {
            final String target = agent.forwarder().description();
            final ForwardCounters counters = agent.counters();
            figures.add(new Figure(
                    "forward_backlog_messages",
                    "Messages committed that a forwarder has not settled.",
                    false,
                    counters.count(Count.BACKLOG),
                    target));
            figures.add(new Figure(
                    "forward_held_bytes",
                    "Octets of the segments that a forwarder still needs.",
                    false,
                    heldOctets(counters),
                    target));
            figures.add(new Figure(
                    "forward_oldest_seconds",
                    "Age of the oldest message that a forwarder has begun and not settled.",
                    false,
                    oldestAgeS(counters),
                    target));
            figures.add(new Figure(
                    "forward_in_flight_messages",
                    "Messages given to a forwarder and not settled.",
                    false,
                    counters.count(Count.IN_FLIGHT),
                    target));
            figures.add(new Figure(
                    "forward_waiting_messages",
                    "Messages that wait for another attempt.",
                    false,
                    counters.count(Count.WAITING),
                    target));
            figures.add(new Figure(
                    "forward_away", "1 while the target is away.", false, counters.count(Count.AWAY), target));
            figures.add(counted("forward_attempts", "Messages given to a forwarder.", Count.ATTEMPTS, agent));
            figures.add(counted("forward_delivered", "Recipients delivered to.", Count.DELIVERED, agent));
            figures.add(counted("forward_deferred", "Times a recipient was deferred.", Count.DEFERRED, agent));
            figures.add(counted("forward_failed", "Recipients given up.", Count.FAILED, agent));
            figures.add(counted("forward_outages", "Times a target was found to be away.", Count.OUTAGES, agent));
            figures.add(counted(
                    "forward_possible_duplicates",
                    "Messages that may have been sent before the server's last end and are sent again, at most.",
                    Count.POSSIBLE_DUPLICATES,
                    agent));
            figures.add(counted(
                    "forward_missing_messages",
                    "Messages that a forwarder had not settled and that the spool has no more.",
                    Count.MISSING,
                    agent));
            figures.add(
                    counted("forward_read_failures", "Times the spool could not be read.", Count.READ_FAILURES, agent));
            figures.add(counted(
                    "forward_cursor_failures", "Times the cursor could not be written.", Count.CURSOR_FAILURES, agent));
            figures.addAll(agent.forwarder().figures());
        }
        return figures;
    }

    private static Figure counted(
            final String name, final String help, final Count count, final ForwardingAgent agent) {
        return new Figure(
                name,
                help,
                true,
                agent.counters().count(count),
                agent.forwarder().description());
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            end(threads);
        } finally {
            spool.close();
        }
    }

    /** Each closes what it leads. */
    private static void end(final List<ForwardingThread> threads) {
        try {
            threads.forEach(ForwardingThread::requestStop);
            for (final ForwardingThread thread : threads) {
                thread.awaitEnd();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long heldOctets(final ForwardCounters counters) {
        return counters.count(Count.BACKLOG) == 0 ? 0 : spool.octetsFrom(counters.count(Count.FIRST_NEEDED));
    }

    private long oldestAgeS(final ForwardCounters counters) {
        final long oldestEpochMs = counters.count(Count.OLDEST_EPOCH_MS);
        return oldestEpochMs < 0 ? 0 : Math.max(0, (epochMs.getAsLong() - oldestEpochMs) / 1000);
    }

    private static String printable(final String text) {
        return text.replaceAll("[^ -~]", "?");
    }

    private static void requireDifferent(final List<Forwarder> forwarders) {
        final Set<String> identities = new HashSet<>();
        for (final Forwarder forwarder : forwarders) {
            if (!identities.add(forwarder.identity())) {
                throw new IllegalArgumentException("forwarding to " + forwarder.description() + " is asked for twice");
            }
        }
    }

    /** A forwarder that is not configured any more holds nothing. */
    private static void tellForgotten(final Path directory, final List<Forwarder> forwarders) throws IOException {
        final Set<String> known = forwarders.stream()
                .map(forwarder -> CursorJournal.fileName(forwarder.identity()))
                .collect(Collectors.toSet());
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*" + CursorJournal.SUFFIX)) {
            for (final Path entry : entries) {
                if (!known.contains(entry.getFileName().toString())) {
                    LOG.warn(
                            "nothing forwards to {} any more: mail that it has not got is held for it no longer; delete"
                                    + " {} to forget how far it was",
                            CursorJournal.identityIn(entry),
                            entry);
                }
            }
        }
    }

    /** @param first the first of the forwarders that no thread has closed */
    private static void closeAfter(
            final Throwable failure,
            final SpoolDelivery spool,
            final List<ForwardingAgent> agents,
            final List<Forwarder> forwarders,
            final int first) {
        for (int i = first; i < forwarders.size(); i++) {
            try {
                if (i < agents.size()) {
                    agents.get(i).onClose();
                } else {
                    forwarders.get(i).close();
                }
            } catch (final IOException | RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
        if (spool != null) {
            try {
                spool.close();
            } catch (final IOException | RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
    }
}
