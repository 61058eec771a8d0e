package io.posthaste.forward;

import java.util.Collection;
import java.util.List;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * Open messages that wait for another attempt, by its time. A place is here or with the forwarder, never both; whoever takes
 * it from here brings it back or settles it. Times are milliseconds since 1970. Forwarding thread only.
 */
final class DeferredQueue {
    private final Retrying retrying;
    private final RandomGenerator random;
    private final PriorityQueue<OpenMessage> waiting = new PriorityQueue<>();

    DeferredQueue(final Retrying retrying, final RandomGenerator random) {
        this.retrying = retrying;
        this.random = random;
    }

    int size() {
        return waiting.size();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether it waits here; looks at all of them. */
    boolean contains(final OpenMessage place) {
        return waiting.contains(place);
    }

    /** Those of an earlier start, with the times they had then. */
    void addAll(final Collection<OpenMessage> places) {
        waiting.addAll(places);
    }

    /** It was not tried, or not by its own fault: it is due at once. */
    void add(final OpenMessage place, final long nowMs) {
        place.nextAttemptEpochMs = nowMs;
        waiting.add(place);
    }

    /** An attempt was in vain. */
    void defer(final OpenMessage place, final long nowMs) {
        place.attempts++;
        putBack(place, nowMs);
    }

    /** Something went wrong with it here: it comes again later, as behind its last attempt. */
    void putBack(final OpenMessage place, final long nowMs) {
        place.nextAttemptEpochMs = nowMs + retrying.delayMs(Math.max(1, place.attempts), random);
        waiting.add(place);
    }

    /** Takes the one that is due for longest; null when none is. */
    OpenMessage pollDue(final long nowMs) {
        return waiting.isEmpty() || waiting.peek().nextAttemptEpochMs > nowMs ? null : waiting.remove();
    }

    /** When the next one is due; only when there is one. */
    long nextEpochMs() {
        return waiting.element().nextAttemptEpochMs;
    }

    /** The clock was set back, or the delays are shorter than at the last start: none waits longer than a delay may last. */
    void shorten(final long nowMs) {
        final long latestMs = nowMs + retrying.mostDelayMs();
        final List<OpenMessage> late = waiting.stream()
                .filter(place -> place.nextAttemptEpochMs > latestMs)
                .toList();
        waiting.removeIf(place -> place.nextAttemptEpochMs > latestMs);
        late.forEach(place -> place.nextAttemptEpochMs = nowMs);
        waiting.addAll(late);
    }
}
