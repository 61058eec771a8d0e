package io.posthaste.session;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.HandOff;
import io.posthaste.envelope.Portion;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.Latency;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.reply.Reply;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where every mail transaction ends, exactly once: it is counted, logged, and its envelope goes back to the pool. */
final class TransactionLedger {
    private static final int ACCEPTED_CODE = 250;
    private static final Logger LOG = LoggerFactory.getLogger(TransactionLedger.class);

    private final EnvelopePool envelopes;
    private final HandOff handOff;
    private final ReactorMetrics metrics;
    private final TransactionListener listener;
    /** Given up with parts of them at the delivery, which has no room to be told. */
    private final ArrayDeque<Envelope> abandoned = new ArrayDeque<>();

    TransactionLedger(
            final EnvelopePool envelopes,
            final HandOff handOff,
            final ReactorMetrics metrics,
            final TransactionListener listener) {
        this.envelopes = envelopes;
        this.handOff = handOff;
        this.metrics = metrics;
        this.listener = listener;
    }

    /** The delivery accepted it and the client is told 250. */
    void settleAccepted(final Envelope envelope, final long nowNs) {
        metrics.increment(Counter.MESSAGES_ACCEPTED);
        metrics.add(Counter.CONTENT_OCTETS, envelope.contentLength());
        final long latencyNs = nowNs - envelope.completedNs();
        metrics.took(Latency.ACKNOWLEDGEMENT, latencyNs);
        end(envelope, TransactionOutcome.ACCEPTED, ACCEPTED_CODE, latencyNs);
    }

    /** The delivery did not accept it and the client is told so. */
    void settleFailed(final Envelope envelope, final Reply reply, final long nowNs) {
        final boolean rejected = envelope.status() == DeliveryStatus.REJECTED;
        if (envelope.status() == DeliveryStatus.INSUFFICIENT_STORAGE) {
            metrics.increment(Counter.LIMIT_STORAGE);
        }
        metrics.increment(rejected ? Counter.MESSAGES_REJECTED : Counter.MESSAGES_FAILED_TEMPORARILY);
        end(
                envelope,
                rejected ? TransactionOutcome.REJECTED : TransactionOutcome.FAILED_TEMPORARILY,
                reply.code(),
                nowNs - envelope.completedNs());
    }

    /** The delivery answered, but the client is gone, or nobody asked. */
    void settleUnheard(final Envelope envelope, final long nowNs) {
        switch (envelope.portion()) {
            case PART -> {
                if (envelope.status() != DeliveryStatus.ACCEPTED) {
                    envelope.portion(Portion.WHOLE); // it was not taken, and nothing of it is kept
                }
                abort(envelope);
            }
            case ABANDONED -> envelopes.release(envelope);
            default -> settleUnheardWhole(envelope, nowNs);
        }
    }

    private void settleUnheardWhole(final Envelope envelope, final long nowNs) {
        final boolean accepted = envelope.status() == DeliveryStatus.ACCEPTED;
        if (accepted) {
            metrics.increment(Counter.MESSAGES_ACCEPTED_UNHEARD);
        }
        end(
                envelope,
                accepted ? TransactionOutcome.ACCEPTED_UNHEARD : TransactionOutcome.FAILED_UNHEARD,
                0,
                nowNs - envelope.completedNs());
    }

    /** The content was refused at its end, before the delivery saw all of it. */
    void refuse(final Envelope envelope, final Reply reply, final long nowNs) {
        countRefusal(reply);
        end(envelope, TransactionOutcome.REFUSED, reply.code(), nowNs - envelope.completedNs());
    }

    private void countRefusal(final Reply reason) {
        switch (reason) {
            case MESSAGE_TOO_LARGE -> metrics.increment(Counter.LIMIT_MESSAGE_SIZE);
            case INSUFFICIENT_MEMORY -> metrics.increment(Counter.LIMIT_MEMORY);
            case BARE_LINE_ENDING_IN_CONTENT -> metrics.increment(Counter.BARE_LINE_ENDINGS);
            case MALFORMED_CHUNK_SIZE -> {}
            case QUEUE_FULL -> metrics.increment(Counter.LIMIT_HAND_OFF);
            default -> throw new IllegalStateException("no counter for " + reason);
        }
    }

    /** Given up before the end of data. */
    void abort(final Envelope envelope) {
        end(envelope, TransactionOutcome.ABORTED, 0, 0);
    }

    private void end(
            final Envelope envelope, final TransactionOutcome outcome, final int replyCode, final long latencyNs) {
        try {
            listener.onTransaction(envelope, outcome, replyCode, latencyNs);
        } catch (final Throwable e) {
            // A log that fails costs a line of the log, not the connection and never an envelope.
            metrics.increment(Counter.INTERNAL_ERRORS);
            LOG.error("the transaction listener failed", e);
        } finally {
            if (envelope.portion() == Portion.PART) {
                abandon(envelope);
            } else {
                envelopes.release(envelope);
            }
        }
    }

    // Parts that are not wanted any more

    /** The delivery has parts of it, and is to drop them; the envelope comes back once more. */
    private void abandon(final Envelope envelope) {
        envelope.content().release();
        envelope.owner(null);
        envelope.portion(Portion.ABANDONED);
        if (!abandoned.isEmpty() || !isTold(envelope)) {
            abandoned.addLast(envelope);
        }
    }

    /** Tells the delivery, as far as it has room now, of what it could not be told; returns how many. */
    int retryAbandoned() {
        int told = 0;
        while (!abandoned.isEmpty() && isTold(abandoned.peekFirst())) {
            abandoned.removeFirst();
            told++;
        }
        return told;
    }

    boolean isAnyAbandonedWaiting() {
        return !abandoned.isEmpty();
    }

    private boolean isTold(final Envelope envelope) {
        final HandOff.Outcome outcome = handOff.offer(envelope);
        if (outcome == HandOff.Outcome.COMPLETED) {
            envelopes.release(envelope);
        }
        return outcome != HandOff.Outcome.FULL;
    }
}
