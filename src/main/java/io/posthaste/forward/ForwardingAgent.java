package io.posthaste.forward;

import io.posthaste.delivery.spool.SpoolDelivery;
import io.posthaste.delivery.spool.StoredMessage;
import io.posthaste.forward.Attempt.Outcome;
import io.posthaste.forward.ForwardCounters.Count;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads one forwarder: gives it new messages and those whose time has come, takes what it says of them to the {@link
 * AttemptLedger}, and pauses while its target is away ({@link Outage}).
 *
 * <pre>
 *   not read --next--&gt; in flight --settled--&gt; settled
 *                       ^     |
 *                       |     +--deferred--&gt; waiting for its time --+
 *                       |     +--target away--&gt; waiting for the end of the pause --+
 *                       +-----------------------------------------------------------+
 * </pre>
 *
 * Called by the forwarding thread, what says "any thread" excepted. A turn reads the time of day once; pauses are kept by
 * a clock that nobody sets.
 */
final class ForwardingAgent {
    /** Messages that may be open at once, in flight or waiting: with more, no new one is read until some are settled. */
    static final int MOST_OPEN = 65_536;

    /** Time that settlements may wait to be made durable. */
    static final long SYNC_MS = 1_000;

    /** Messages given in one turn. */
    private static final int MOST_GIVEN = 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(ForwardingAgent.class);

    private final SpoolDelivery spool;
    private final Forwarder forwarder;
    private final Retrying retrying;
    private final LongSupplier epochMs;
    private final LongSupplier nanoTime;
    private final Cursor cursor;
    private final DeferredQueue deferred;
    private final Outage outage;
    private final AttemptLedger ledger;
    private final ForwardingInbox inbox;
    private final ForwardCounters counters = new ForwardCounters();
    /** Made once: a sleep allocates nothing, and so cannot fail. */
    private final LongSupplier idleMs = this::idleMs;

    // The forwarding thread.
    private int inFlight;
    /** Open messages that were not where they had been. */
    private long gone;

    private boolean isRetryNext;
    private long syncDueNs;
    private long lastTurnMs;

    /**
     * Takes up the cursor of an earlier start. Any thread, before the first turn.
     *
     * @throws IOException the cursor cannot be read or written
     */
    ForwardingAgent(
            final SpoolDelivery spool,
            final Forwarder forwarder,
            final Retrying retrying,
            final LongSupplier epochMs,
            final LongSupplier nanoTime,
            final RandomGenerator random)
            throws IOException {
        this.spool = spool;
        this.forwarder = forwarder;
        this.retrying = retrying;
        this.epochMs = epochMs;
        this.nanoTime = nanoTime;
        inbox = new ForwardingInbox(nanoTime);
        deferred = new DeferredQueue(retrying, random);
        outage = new Outage(forwarder.description(), nanoTime, random, counters);
        cursor = Cursor.open(spool.path(), forwarder.identity(), forwarder.description(), spool.follow());
        ledger = new AttemptLedger(
                forwarder,
                retrying,
                new FailedMail(spool.path(), forwarder.description()),
                cursor,
                deferred,
                outage,
                counters);
        syncDueNs = nanoTime.getAsLong();
        lastTurnMs = epochMs.getAsLong();
        deferred.addAll(cursor.openMessages());
        deferred.shorten(lastTurnMs);
        tellPossibleDuplicates();
        publish();
        spool.onCommit(inbox::ring);
    }

    Forwarder forwarder() {
        return forwarder;
    }

    /** Any thread. */
    ForwardCounters counters() {
        return counters;
    }

    /** Called first by the thread that calls the others. */
    void onStart() {
        inbox.bind();
    }

    /** One turn; returns how much was done. */
    int doWork() {
        final long nowMs = epochMs.getAsLong();
        if (nowMs < lastTurnMs) {
            deferred.shorten(nowMs);
        }
        lastTurnMs = nowMs;
        int work = takeSettled(nowMs);
        if (!isStopRequested()) {
            work += give(nowMs);
        }
        cursor.write();
        final long nowNs = nanoTime.getAsLong();
        if (cursor.isUnsynced() && nowNs - syncDueNs >= 0) {
            cursor.sync();
            syncDueNs = nowNs + TimeUnit.MILLISECONDS.toNanos(SYNC_MS);
        }
        publish();
        return work;
    }

    /** Sleeps until something is committed, settled or due, or a stop is requested. */
    void awaitWork() {
        inbox.await(idleMs);
    }

    /** Sleeps until something is settled, no longer than so; once a stop was requested. */
    void awaitSettled(final long timeoutNs) {
        inbox.awaitSettled(timeoutNs);
    }

    /** Sleeps for so long whatever comes, but for a request to stop. */
    void rest(final long ns) {
        inbox.rest(ns);
    }

    /** Nothing more is given to the forwarder. Any thread. */
    void requestStop() {
        inbox.requestStop();
    }

    boolean isStopRequested() {
        return inbox.isStopRequested();
    }

    int inFlight() {
        return inFlight;
    }

    /** Closes the forwarder, takes what it still says, and closes the cursor. */
    void onClose() throws IOException {
        try (Cursor closed = cursor) {
            try {
                forwarder.close();
            } catch (final IOException | RuntimeException e) {
                LOG.error("closing {} failed:", forwarder.description(), e);
            }
            takeSettled(epochMs.getAsLong());
            closed.close(inFlight);
        }
    }

    // ---- giving

    private int give(final long nowMs) {
        int given = 0;
        int taken = 0;
        try {
            while (given < MOST_GIVEN && mayGive()) {
                final Attempt attempt = nextAttempt(nowMs);
                if (attempt == null) {
                    break;
                }
                inFlight++;
                given++;
                counters.add(Count.ATTEMPTS, 1);
                forward(attempt);
                taken += takeSettled(nowMs); // a target that is away says so at once
            }
        } finally {
            if (given > 0) {
                flush();
            }
        }
        return given + taken;
    }

    private boolean mayGive() {
        return !outage.isPaused() && inFlight < (outage.isOn() ? 1 : forwarder.window());
    }

    /** In turns one that waits and a new one, so that neither kind holds up the other. */
    private Attempt nextAttempt(final long nowMs) {
        isRetryNext = !isRetryNext;
        try {
            Attempt attempt = isRetryNext ? dueAttempt(nowMs) : newAttempt(nowMs);
            if (attempt == null) {
                attempt = isRetryNext ? newAttempt(nowMs) : dueAttempt(nowMs);
            }
            return attempt;
        } catch (final IOException e) {
            LOG.error("{} cannot be read for {}:", spool.description(), forwarder.description(), e);
            counters.add(Count.READ_FAILURES, 1);
            outage.pause();
            return null;
        }
    }

    private Attempt newAttempt(final long nowMs) throws IOException {
        if (cursor.openCount() >= MOST_OPEN) {
            return null;
        }
        final StoredMessage stored = cursor.next();
        return stored == null ? null : attempt(stored, cursor.openMessage(stored.sequence()), nowMs);
    }

    private Attempt dueAttempt(final long nowMs) throws IOException {
        for (OpenMessage place = deferred.pollDue(nowMs); place != null; place = deferred.pollDue(nowMs)) {
            final StoredMessage stored;
            try {
                stored = cursor.read(place);
            } catch (final Throwable e) {
                deferred.defer(place, nowMs); // others are not to wait behind it
                cursor.changed(place);
                throw e;
            }
            if (stored != null) {
                return attempt(stored, place, nowMs);
            }
            LOG.error(
                    "message {} of {} is not there any more: it does not go to {}",
                    place.sequence,
                    spool.description(),
                    forwarder.description());
            gone++;
            cursor.settled(place);
        }
        return null;
    }

    private Attempt attempt(final StoredMessage stored, final OpenMessage place, final long nowMs) {
        try {
            return new Attempt(stored, place, nowMs - place.storedEpochMs >= retrying.expiryMs(), inbox::settled);
        } catch (final Throwable e) {
            deferred.putBack(place, nowMs);
            cursor.changed(place);
            throw e;
        }
    }

    private void forward(final Attempt attempt) {
        try {
            forwarder.forward(attempt, attempt);
        } catch (final Throwable e) {
            attempt.settleRest(Outcome.DEFERRED, ForwarderFault.reason(e));
            LOG.error("{} failed on message {}:", forwarder.description(), attempt.id(), e);
        }
    }

    private void flush() {
        try {
            forwarder.flush();
        } catch (final Throwable e) {
            // What it gathered and did not settle is its own to settle; it bounds the time.
            LOG.error("{} failed:", forwarder.description(), e);
        }
    }

    private int takeSettled(final long nowMs) {
        int count = 0;
        for (Attempt attempt = inbox.poll(); attempt != null; attempt = inbox.poll()) {
            inFlight--;
            count++;
            ledger.take(attempt, nowMs);
        }
        if (count > 0) {
            cursor.write(); // before more is given: a kill repeats no more than the window
        }
        return count;
    }

    // ---- sleeping

    private boolean hasNews() {
        return mayGive() && cursor.openCount() < MOST_OPEN && cursor.hasNews();
    }

    /** How long there is nothing to do, unless something is brought; {@link Long#MAX_VALUE} for ever. */
    private long idleMs() {
        if (hasNews()) {
            return 0;
        }
        long inMs = Long.MAX_VALUE;
        if (cursor.isUnsynced()) {
            inMs = msUntil(syncDueNs);
        }
        if (outage.isPaused()) {
            inMs = Math.min(inMs, msUntil(outage.pausedUntilNs()));
        } else if (mayGive() && !deferred.isEmpty()) {
            inMs = Math.min(inMs, deferred.nextEpochMs() - epochMs.getAsLong());
        }
        // Never longer than a sync: the clock may be set.
        return inMs == Long.MAX_VALUE ? inMs : Math.min(SYNC_MS, Math.max(0, inMs));
    }

    /** Rounded up. */
    private long msUntil(final long dueNs) {
        return Math.floorDiv(dueNs - nanoTime.getAsLong() - 1, TimeUnit.MILLISECONDS.toNanos(1)) + 1;
    }

    // ---- what others see

    private void tellPossibleDuplicates() {
        final long backlog = cursor.backlog();
        final int known = cursor.inFlightAtEnd();
        final long possible = Math.min(backlog, known == Cursor.UNKNOWN ? forwarder.window() : known);
        counters.set(Count.POSSIBLE_DUPLICATES, possible);
        LOG.info(
                "{} has {} messages before it{}",
                forwarder.description(),
                backlog,
                possible == 0 ? "" : ", of which " + possible + " may have been sent before the last end");
    }

    private void publish() {
        counters.set(Count.BACKLOG, cursor.backlog());
        counters.set(Count.IN_FLIGHT, inFlight);
        counters.set(Count.WAITING, deferred.size());
        counters.set(Count.OLDEST_EPOCH_MS, cursor.oldestEpochMs());
        counters.set(Count.AWAY, outage.isAway() ? 1 : 0);
        counters.set(Count.CURSOR_FAILURES, cursor.failures());
        counters.set(Count.MISSING, gone + cursor.missing());
        final long firstNeeded = cursor.firstNeeded();
        if (firstNeeded != counters.count(Count.FIRST_NEEDED)) {
            counters.set(Count.FIRST_NEEDED, firstNeeded);
            cursor.release();
            spool.released();
        }
    }
}
