package io.posthaste.session;

import io.posthaste.metrics.Latency;
import io.posthaste.policy.Verdict;
import java.util.function.BiConsumer;

/**
 * One answer that is awaited. Made for each, so that one that comes late finds an object that nobody looks at, never the
 * next session of a pooled connection. The answering thread writes the result, and the queue passes it to the reactor; the
 * owner is the reactor thread's alone.
 */
final class Consultation implements BiConsumer<Verdict, Throwable> {
    private final VerdictQueue queue;
    private final Latency kind;
    private final long sinceNs;
    private Object owner;
    private Verdict verdict;
    private Throwable failure;

    /**
     * @param owner who is told when the answer is there
     * @param kind as what the wait is recorded
     * @param nowNs when it begins
     */
    Consultation(final VerdictQueue queue, final Object owner, final Latency kind, final long nowNs) {
        this.queue = queue;
        this.owner = owner;
        this.kind = kind;
        sinceNs = nowNs;
    }

    /** The answer is there; any thread. */
    @Override
    public void accept(final Verdict given, final Throwable thrown) {
        verdict = given;
        failure = thrown;
        queue.offer(this);
    }

    /** Who waits for it; null when nobody does any more. */
    Object owner() {
        return owner;
    }

    /** As what the wait is recorded. */
    Latency kind() {
        return kind;
    }

    /** When the wait began. */
    long sinceNs() {
        return sinceNs;
    }

    /** Nobody waits for it any more. */
    void abandon() {
        owner = null;
    }

    /** What was answered, once it came through the queue; null when it failed. */
    Verdict verdict() {
        return verdict;
    }

    /** Why it failed; may be null. */
    Throwable failure() {
        return failure;
    }
}
