package io.posthaste.forward;

import io.posthaste.forward.Attempt.Outcome;
import io.posthaste.forward.ForwardCounters.Count;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where each attempt ends: what was said of each recipient is counted and logged, the cursor is told, what failed and nobody
 * else has is kept as a file, and who is still open waits for another attempt.
 *
 * <pre>
 *   delivered                    settled
 *   failed                       settled, once the sender was told or the file is kept; deferred until then
 *   deferred                     waits its time; failed once it has expired
 *   target away                  as if it had not been tried, due at once when the outage is over
 * </pre>
 *
 * Forwarding thread only.
 */
final class AttemptLedger {
    private static final Logger LOG = LoggerFactory.getLogger(AttemptLedger.class);

    private final Forwarder forwarder;
    private final Retrying retrying;
    private final FailedMail failedMail;
    private final Cursor cursor;
    private final DeferredQueue deferred;
    private final Outage outage;
    private final ForwardCounters counters;

    AttemptLedger(
            final Forwarder forwarder,
            final Retrying retrying,
            final FailedMail failedMail,
            final Cursor cursor,
            final DeferredQueue deferred,
            final Outage outage,
            final ForwardCounters counters) {
        this.forwarder = forwarder;
        this.retrying = retrying;
        this.failedMail = failedMail;
        this.cursor = cursor;
        this.deferred = deferred;
        this.outage = outage;
        this.counters = counters;
    }

    /** Takes an attempt that is settled. When something is thrown its place is kept all the same, and tried again. */
    void take(final Attempt attempt, final long nowMs) {
        try {
            note(attempt, nowMs);
        } catch (final Throwable e) {
            keepPlace(attempt.place(), nowMs);
            throw e;
        }
    }

    /** What was settled could not be noted whole: the rest of it is tried again. */
    private void keepPlace(final OpenMessage place, final long nowMs) {
        if (cursor.openMessage(place.sequence) == null || deferred.contains(place)) {
            return;
        }
        if (place.isSettled()) {
            cursor.settled(place);
        } else {
            deferred.putBack(place, nowMs);
            cursor.changed(place);
        }
    }

    private void note(final Attempt attempt, final long nowMs) {
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
            if (isKept(attempt, failures, nowMs)) {
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
            outage.away(attempt.reasonOf(Outcome.UNAVAILABLE));
        } else if (isAnswered) {
            outage.back();
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
            deferred.defer(place, nowMs);
        } else {
            deferred.add(place, nowMs);
        }
        if (isDeferred || isChanged) {
            cursor.changed(place);
        }
    }

    /**
     * What failed and nobody else has is kept as a file; false when that fails: it is then tried again. Given up is only what
     * cannot be read, when twice its time is over.
     */
    private boolean isKept(final Attempt attempt, final List<FailedMail.Failure> failures, final long nowMs) {
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
}
