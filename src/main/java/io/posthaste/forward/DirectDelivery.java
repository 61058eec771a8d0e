package io.posthaste.forward;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.Figure;
import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands each message to a forwarder and answers the client when the forwarder has: nothing is kept here. The messages of a
 * batch are under way together.
 *
 * <pre>
 *   all recipients delivered                     250
 *   one deferred, or the target away             451    the sender tries again, for all of them
 *   one failed, none deferred                    554    the sender is told, of all of them
 * </pre>
 *
 * A forwarder that has other answers to give delivers by a class of its own. How long a client waits is bounded by the
 * forwarder. Called as {@link Delivery} says.
 */
public final class DirectDelivery implements Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(DirectDelivery.class);

    private final Forwarder forwarder;
    private final AcknowledgementLevel level;
    private final String hostname;
    private final List<Direct> batch = new ArrayList<>();

    /** @param forwarder belongs to this and is closed by it */
    public DirectDelivery(final Forwarder forwarder, final AcknowledgementLevel level, final String hostname) {
        this.forwarder = forwarder;
        this.level = level;
        this.hostname = hostname;
    }

    @Override
    public AcknowledgementLevel acknowledgementLevel() {
        return level;
    }

    @Override
    public String description() {
        return forwarder.description();
    }

    @Override
    public boolean carriesDsn() {
        return forwarder.carriesDsn();
    }

    @Override
    public List<Figure> figures() {
        return forwarder.figures();
    }

    @Override
    public void append(final Envelope envelope) {
        final Direct message = new Direct(envelope, hostname);
        if (batch.size() - settledCount() >= forwarder.window()) {
            forwarder.flush();
            awaitAll();
        }
        batch.add(message);
        try {
            forwarder.forward(message, message);
        } catch (final RuntimeException | Error e) {
            message.unavailable(ForwarderFault.reason(e)); // first: it is waited for, though logging fails, too
            LOG.error("{} failed on message {}:", forwarder.description(), message.id(), e);
        }
    }

    @Override
    public void commit() {
        try {
            forwarder.flush();
            awaitAll();
            for (final Direct message : batch) {
                message.envelope.status(message.status());
                if (message.reason() != null) {
                    LOG.info(
                            "message {} was not taken by {}: {}",
                            message.id(),
                            forwarder.description(),
                            message.reason());
                }
            }
        } finally {
            batch.clear(); // their envelopes belong to others from now on
        }
    }

    @Override
    public void close() throws IOException {
        forwarder.close();
    }

    private int settledCount() {
        return (int) batch.stream().filter(Direct::isSettled).count();
    }

    private void awaitAll() {
        boolean interrupted = false;
        for (final Direct message : batch) {
            interrupted |= message.awaitSettled();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A message whose content still lies in blocks, and what becomes of it. */
    private static final class Direct implements ForwardedMessage, Settlement {
        private final Envelope envelope;
        private final StoredEnvelope stored;
        private final String hostname;
        private final List<Recipient> recipients = new ArrayList<>();

        // Guarded by this.
        private final boolean[] settled;
        private int unsettled;
        private boolean isDeferred;
        private boolean isFailed;
        private String reason;

        Direct(final Envelope envelope, final String hostname) {
            this.envelope = envelope;
            this.hostname = hostname;
            stored = StoredEnvelope.of(envelope, System.currentTimeMillis());
            for (final StoredEnvelope.Recipient recipient : stored.recipients()) {
                recipients.add(new Recipient(
                        recipients.size(),
                        recipient.mailbox(),
                        recipient.notifyFlags(),
                        recipient.originalRecipient()));
            }
            unsettled = recipients.size();
            settled = new boolean[unsettled];
        }

        @Override
        public long sequence() {
            return 0;
        }

        @Override
        public StoredEnvelope envelope() {
            return stored;
        }

        @Override
        public String hostname() {
            return hostname;
        }

        @Override
        public List<Recipient> recipients() {
            return recipients;
        }

        @Override
        public long contentOctets() {
            return envelope.contentLength();
        }

        @Override
        public ReadableByteChannel openContent() {
            return Channels.newChannel(envelope.contentStream());
        }

        @Override
        public int attempts() {
            return 0;
        }

        @Override
        public boolean isExpired() {
            return false;
        }

        @Override
        public synchronized void delivered(final int recipient, final String reply) {
            settle(recipient);
        }

        @Override
        public synchronized void deferred(final int recipient, final String why) {
            if (settle(recipient)) {
                isDeferred = true;
                reason = why;
            }
        }

        @Override
        public synchronized void failed(final int recipient, final String why) {
            if (settle(recipient)) {
                isFailed = true;
                reason = isDeferred ? reason : why;
            }
        }

        @Override
        public synchronized void unavailable(final String why) {
            for (int i = 0; i < settled.length; i++) {
                deferred(i, why);
            }
        }

        private boolean settle(final int recipient) {
            if (settled[recipient]) {
                return false;
            }
            settled[recipient] = true;
            unsettled--;
            notifyAll();
            return true;
        }

        synchronized boolean isSettled() {
            return unsettled == 0;
        }

        /** @return whether the thread was interrupted, which ends no wait: the client's answer depends on it */
        synchronized boolean awaitSettled() {
            boolean interrupted = false;
            while (unsettled > 0) {
                try {
                    wait();
                } catch (final InterruptedException e) {
                    interrupted = true;
                }
            }
            return interrupted;
        }

        synchronized DeliveryStatus status() {
            if (isDeferred) {
                return DeliveryStatus.FAILED_TEMPORARILY;
            }
            return isFailed ? DeliveryStatus.REJECTED : DeliveryStatus.ACCEPTED;
        }

        synchronized String reason() {
            return reason;
        }
    }
}
