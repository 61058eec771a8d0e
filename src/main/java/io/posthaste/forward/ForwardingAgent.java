package io.posthaste.forward;

import io.posthaste.delivery.spool.SpoolDelivery;
import io.posthaste.delivery.spool.SpoolFollower;
import io.posthaste.delivery.spool.StoredMessage;
import io.posthaste.envelope.Doorbell;
import io.posthaste.forward.Attempt.Outcome;
import io.posthaste.forward.ForwardCounters.Count;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads one forwarder: gives it new messages and those whose time has come, keeps what it says of them, and pauses while its
 * target is away.
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
    private final FailedMail failedMail;
    private final LongSupplier epochMs;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final Cursor cursor;
    private final ForwardCounters counters = new ForwardCounters();
    private final PriorityQueue<OpenMessage> waiting = new PriorityQueue<>();

    private int inFlight;
    /** Open messages that were not where they had been. */
    private long gone;

    private boolean isRetryNext;

    // The target is away: nothing is given before then, and after that one message alone until it is answered.
    private long pausedUntilNs;
    private int pauses;

    private long syncDueNs;
    private long lastTurnMs;

    // Any thread.
    private final Queue<Attempt> settled = new ConcurrentLinkedQueue<>();
    private volatile boolean stopRequested;
    private volatile Thread thread;
    private final Doorbell doorbell = new Doorbell(() -> LockSupport.unpark(thread));

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
        this.random = random;
        failedMail = new FailedMail(spool.path(), forwarder.description());
        final SpoolFollower follower = spool.follow();
        cursor = Cursor.open(spool.path(), forwarder.identity(), forwarder.description(), follower);
        waiting.addAll(cursor.openMessages());
        syncDueNs = nanoTime.getAsLong();
        lastTurnMs = epochMs.getAsLong();
        shortenWaiting(lastTurnMs);
        tellPossibleDuplicates();
        publish();
        spool.onCommit(doorbell::ring);
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
        thread = Thread.currentThread();
    }

    /** One turn; returns how much was done. */
    int doWork() {
        final long nowMs = epochMs.getAsLong();
        if (nowMs < lastTurnMs) {
            shortenWaiting(nowMs);
        }
        lastTurnMs = nowMs;
        int work = takeSettled(nowMs);
        if (!stopRequested) {
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
        doorbell.prepareToSleep();
        final long nowMs = epochMs.getAsLong();
        if (settled.isEmpty() && !stopRequested && !hasNews()) {
            final long dueInMs = dueInMs(nowMs);
            if (dueInMs == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else if (dueInMs > 0) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(dueInMs));
            }
        }
        doorbell.awake();
    }

    /** Sleeps until something is settled, no longer than so; once a stop was requested. */
    void awaitSettled(final long timeoutNs) {
        doorbell.prepareToSleep();
        if (settled.isEmpty()) {
            LockSupport.parkNanos(this, timeoutNs);
        }
        doorbell.awake();
    }

    /** Nothing more is given to the forwarder. Any thread. */
    void requestStop() {
        stopRequested = true;
        doorbell.ring();
    }

    boolean isStopRequested() {
        return stopRequested;
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
        return !isPaused() && inFlight < (pauses > 0 ? 1 : forwarder.window());
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
            pause();
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
        while (!waiting.isEmpty() && waiting.peek().nextAttemptEpochMs <= nowMs) {
            final OpenMessage place = waiting.remove();
            final StoredMessage stored;
            try {
                stored = cursor.read(place);
            } catch (final Throwable e) {
                place.attempts++; // others are not to wait behind it
                putBack(place, nowMs);
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
            return new Attempt(stored, place, nowMs - place.storedEpochMs >= retrying.expiryMs(), this::onSettled);
        } catch (final Throwable e) {
            putBack(place, nowMs);
            throw e;
        }
    }

    /** One that something went wrong with here comes again later. */
    private void putBack(final OpenMessage place, final long nowMs) {
        place.nextAttemptEpochMs = nowMs + retrying.delayMs(Math.max(1, place.attempts), random);
        waiting.add(place);
        cursor.changed(place);
    }

    /** The clock was set back, or the delays are shorter than at the last start: none waits longer than a delay may last. */
    private void shortenWaiting(final long nowMs) {
        final long latestMs = nowMs + retrying.mostDelayMs();
        final List<OpenMessage> late = waiting.stream()
                .filter(place -> place.nextAttemptEpochMs > latestMs)
                .toList();
        waiting.removeIf(place -> place.nextAttemptEpochMs > latestMs);
        late.forEach(place -> place.nextAttemptEpochMs = nowMs);
        waiting.addAll(late);
    }

    /** Any thread. */
    private void onSettled(final Attempt attempt) {
        settled.add(attempt);
        doorbell.ring();
    }

    private void forward(final Attempt attempt) {
        try {
            forwarder.forward(attempt, attempt);
        } catch (final Throwable e) {
            attempt.settleRest(Outcome.DEFERRED, "the forwarder failed: " + e);
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

    // ---- settling

    private int takeSettled(final long nowMs) {
        int count = 0;
        for (Attempt attempt = settled.poll(); attempt != null; attempt = settled.poll()) {
            inFlight--;
            count++;
            try {
                apply(attempt, nowMs);
            } catch (final Throwable e) {
                keepPlace(attempt.place(), nowMs);
                throw e;
            }
        }
        if (count > 0) {
            cursor.write(); // before more is given: a kill repeats no more than the window
        }
        return count;
    }

    /** What was settled could not be noted whole: the rest of it is tried again. */
    private void keepPlace(final OpenMessage place, final long nowMs) {
        if (cursor.openMessage(place.sequence) == null || waiting.contains(place)) {
            return;
        }
        if (place.isSettled()) {
            cursor.settled(place);
        } else {
            putBack(place, nowMs);
        }
    }

    private void apply(final Attempt attempt, final long nowMs) {
        final OpenMessage place = attempt.place();
        final List<ForwardedMessage.Recipient> recipients = attempt.recipients();
        final int all = attempt.envelope().recipients().size();
        final List<FailedMail.Failure> failures = new ArrayList<>();
        boolean isAnswered = false;
        boolean isDeferred = false;
        boolean isChanged = false;
        for (int i = 0; i < recipients.size(); i++) {
            final Outcome outcome = outcome(attempt, i, nowMs);
            final ForwardedMessage.Recipient recipient = recipients.get(i);
            isAnswered |= outcome != Outcome.UNAVAILABLE;
            switch (outcome) {
                case DELIVERED -> {
                    counters.add(Count.DELIVERED, 1);
                    place.close(recipient.index(), all);
                    isChanged = true;
                }
                case FAILED -> failures.add(new FailedMail.Failure(recipient, attempt.reason(i)));
                case DEFERRED -> {
                    counters.add(Count.DEFERRED, 1);
                    isDeferred = true;
                }
                case UNAVAILABLE -> {
                    // As if it had not been tried.
                }
            }
        }
        if (!failures.isEmpty()) {
            if (keepFailed(attempt, failures, nowMs)) {
                counters.add(Count.FAILED, failures.size());
                failures.forEach(failure -> place.close(failure.recipient().index(), all));
                isChanged = true;
            } else {
                counters.add(Count.DEFERRED, failures.size());
                isDeferred = true;
            }
        }
        log(attempt);
        if (place.isSettled()) {
            cursor.settled(place);
        } else {
            waitFor(place, isDeferred, isChanged, nowMs);
        }
        if (attempt.reasonOf(Outcome.UNAVAILABLE) != null) {
            tellAway(attempt.reasonOf(Outcome.UNAVAILABLE));
        } else if (isAnswered) {
            tellBack();
        }
    }

    /** A deferral of what has expired is a failure: at once where the sender is not told anyway, later where that may need time. */
    private Outcome outcome(final Attempt attempt, final int position, final long nowMs) {
        final Outcome outcome = attempt.outcome(position);
        if (outcome != Outcome.DEFERRED || !attempt.isExpired()) {
            return outcome;
        }
        return !forwarder.reportsFailures() || isOver(attempt, nowMs) ? Outcome.FAILED : outcome;
    }

    /** Whether twice the time of a message is over. */
    private boolean isOver(final Attempt attempt, final long nowMs) {
        return (nowMs - attempt.place().storedEpochMs) / 2 >= retrying.expiryMs();
    }

    private void waitFor(final OpenMessage place, final boolean isDeferred, final boolean isChanged, final long nowMs) {
        if (isDeferred) {
            place.attempts++;
            place.nextAttemptEpochMs = nowMs + retrying.delayMs(place.attempts, random);
        } else {
            place.nextAttemptEpochMs = nowMs;
        }
        if (isDeferred || isChanged) {
            cursor.changed(place);
        }
        waiting.add(place);
    }

    /**
     * What failed and nobody else has is kept as a file; false when that fails: it is then tried again. Given up is only what
     * cannot be read, when twice its time is over.
     */
    private boolean keepFailed(final Attempt attempt, final List<FailedMail.Failure> failures, final long nowMs) {
        if (forwarder.reportsFailures()) {
            return true;
        }
        try {
            failedMail.keep(attempt, failures);
            return true;
        } catch (final FailedMail.UnreadableException e) {
            final boolean isOver = isOver(attempt, nowMs);
            LOG.error(
                    "message {} failed and cannot be read: it is {}:",
                    attempt.id(),
                    isOver ? "given up" : "tried again",
                    e);
            return isOver;
        } catch (final IOException | RuntimeException e) {
            LOG.error(
                    "message {} failed and cannot be kept in {}: it is tried again:",
                    attempt.id(),
                    failedMail.directory(),
                    e);
            return false;
        }
    }

    private void log(final Attempt attempt) {
        for (final Outcome outcome : List.of(Outcome.FAILED, Outcome.DEFERRED)) {
            final String reason = attempt.reasonOf(outcome);
            if (reason != null) {
                LOG.info(
                        "message {} {} by {}, attempt {}: {}",
                        attempt.id(),
                        outcome == Outcome.FAILED ? "failed" : "deferred",
                        forwarder.description(),
                        attempt.attempts() + 1,
                        reason);
            }
        }
    }

    // ---- pausing

    private void tellAway(final String reason) {
        if (isPaused()) {
            return; // it was given before the others came back
        }
        if (pauses == 0) {
            counters.add(Count.OUTAGES, 1);
            LOG.warn("{} is away, its mail is kept: {}", forwarder.description(), reason);
        }
        pause();
    }

    private void pause() {
        pauses++;
        pausedUntilNs = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(Retrying.PAUSE.delayMs(pauses, random));
    }

    private boolean isPaused() {
        return pauses > 0 && nanoTime.getAsLong() - pausedUntilNs < 0;
    }

    private void tellBack() {
        if (pauses > 0) {
            LOG.info("{} is back", forwarder.description());
            pauses = 0;
        }
    }

    // ---- what others see

    private boolean hasNews() {
        return mayGive() && cursor.openCount() < MOST_OPEN && cursor.hasNews();
    }

    /** How long nothing is due; {@link Long#MAX_VALUE} for ever. */
    private long dueInMs(final long nowMs) {
        long inMs = Long.MAX_VALUE;
        if (cursor.isUnsynced()) {
            inMs = msUntil(syncDueNs);
        }
        if (isPaused()) {
            inMs = Math.min(inMs, msUntil(pausedUntilNs));
        } else if (mayGive() && !waiting.isEmpty()) {
            inMs = Math.min(inMs, waiting.peek().nextAttemptEpochMs - nowMs);
        }
        // Never longer than a sync: the clock may be set.
        return inMs == Long.MAX_VALUE ? inMs : Math.min(SYNC_MS, Math.max(0, inMs));
    }

    /** Rounded up. */
    private long msUntil(final long dueNs) {
        return Math.floorDiv(dueNs - nanoTime.getAsLong() - 1, TimeUnit.MILLISECONDS.toNanos(1)) + 1;
    }

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
        counters.set(Count.WAITING, waiting.size());
        counters.set(Count.OLDEST_EPOCH_MS, cursor.oldestEpochMs());
        counters.set(Count.AWAY, pauses > 0 ? 1 : 0);
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
