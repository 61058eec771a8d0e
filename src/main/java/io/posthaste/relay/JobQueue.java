package io.posthaste.relay;

import io.posthaste.relay.RelayCounters.Count;
import io.posthaste.relay.TransferOutcome.End;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Messages that wait for a connection, oldest first, each until its time is over; and where every message is settled and
 * counted. Client thread, what says "any thread" excepted.
 */
final class JobQueue {
    private static final HopReply TOO_LATE =
            HopReply.ours(451, "4.4.1", "No connection to the next server came free in time");

    private final long timeoutNs;
    private final RelayCounters counters;
    private final ArrayDeque<Job> waiting = new ArrayDeque<>();

    // Any thread.
    private final Queue<Job> offered = new ConcurrentLinkedQueue<>();

    /** @param timeoutNs how long a message may take in all */
    JobQueue(final long timeoutNs, final RelayCounters counters) {
        this.timeoutNs = timeoutNs;
        this.counters = counters;
    }

    /** Takes a message over, unless it throws. Any thread. */
    Job offer(final OutgoingMessage message, final long nowNs) {
        final Job job = Job.of(message, message.begunNs(nowNs) + timeoutNs);
        offered.add(job);
        return job;
    }

    /** Gives back a message that was offered; false when it is on its way already. Any thread. */
    boolean withdraw(final Job job) {
        return offered.remove(job);
    }

    /** Whether {@link #takeOffered} would take any. Any thread. */
    boolean isAnyOffered() {
        return !offered.isEmpty();
    }

    /** Those that were offered wait from now on; returns how many. */
    int takeOffered() {
        int count = 0;
        for (Job job = offered.peek(); job != null; job = offered.peek()) {
            waiting.addLast(job); // may fail for want of memory: the message is in one of the two whatever happens
            if (offered.remove(job)) {
                count++;
            } else {
                waiting.removeLast(); // withdrawn meanwhile
            }
        }
        return count;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }

    /** Takes the oldest; only when there is one. */
    Job remove() {
        return waiting.removeFirst();
    }

    /** It goes to another connection, before all others. */
    void putBack(final Job job) {
        waiting.addFirst(job);
    }

    /** Settles those whose time is over. */
    void settleLate(final long nowNs) {
        while (!waiting.isEmpty() && nowNs - waiting.peekFirst().deadlineNs() >= 0) {
            counters.add(Count.TIMEOUTS);
            settle(remove(), TOO_LATE, End.UNAVAILABLE);
        }
    }

    /** Settles all that wait: nothing was said of them. When that fails with one, the others wait on. */
    void settleAll(final HopReply reply) {
        while (!waiting.isEmpty()) {
            settle(remove(), reply, End.UNAVAILABLE);
        }
    }

    /** Settles a message of which nothing was sent. */
    void settle(final Job job, final HopReply reply, final End end) {
        TransferOutcome outcome = job.failed();
        try {
            outcome = TransferOutcome.ofAll(job.message(), "", reply, end);
        } finally {
            settle(job, outcome);
        }
    }

    /** Settles a message, whatever fails besides. */
    void settle(final Job job, final TransferOutcome outcome) {
        try {
            counters.add(count(outcome));
        } finally {
            job.message().settled(outcome);
        }
    }

    private static Count count(final TransferOutcome outcome) {
        final HopReply refusal = outcome.refusal();
        if (outcome.end() == End.UNCERTAIN) {
            return Count.MESSAGES_UNCERTAIN;
        }
        if (refusal == null) {
            return Count.MESSAGES_DELIVERED;
        }
        return refusal.isPermanent() ? Count.MESSAGES_REFUSED : Count.MESSAGES_DEFERRED;
    }
}
