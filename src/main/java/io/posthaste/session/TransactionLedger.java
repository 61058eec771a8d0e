package io.posthaste.session;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.Latency;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.reply.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where every mail transaction ends, exactly once: it is counted, logged, and its envelope goes back to the pool. */
final class TransactionLedger {
    private static final int ACCEPTED_CODE = 250;
    private static final Logger LOG = LoggerFactory.getLogger(TransactionLedger.class);

    private final EnvelopePool envelopes;
    private final ReactorMetrics metrics;
    private final TransactionListener listener;

    TransactionLedger(final EnvelopePool envelopes, final ReactorMetrics metrics, final TransactionListener listener) {
        this.envelopes = envelopes;
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

    /** The delivery answered, but the client is gone. */
    void settleUnheard(final Envelope envelope, final long nowNs) {
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

    /** The content was refused at its end, before the delivery saw it. */
    void refuse(final Envelope envelope, final Reply reply, final long nowNs) {
        end(envelope, TransactionOutcome.REFUSED, reply.code(), nowNs - envelope.completedNs());
    }

    /** Given up before the end of data. */
    void abort(final Envelope envelope) {
        end(envelope, TransactionOutcome.ABORTED, 0, 0);
    }

    private void end(
            final Envelope envelope, final TransactionOutcome outcome, final int replyCode, final long latencyNs) {
        try {
            listener.onTransaction(envelope, outcome, replyCode, latencyNs);
        } catch (final RuntimeException e) {
            // A log that fails costs a line of the log, not the connection and never an envelope.
            metrics.increment(Counter.INTERNAL_ERRORS);
            LOG.error("the transaction listener failed", e);
        }
        envelopes.release(envelope);
    }
}
