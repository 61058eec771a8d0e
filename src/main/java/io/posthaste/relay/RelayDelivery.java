package io.posthaste.relay;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.Figure;
import io.posthaste.delivery.TraceFields;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.reply.Reply;
import io.posthaste.reply.ReplyEncoder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Delivers each message to the next server while its client waits: the 250 is the next server's, and so is a refusal, with
 * the class of its code, its enhanced status and its text. Nothing is stored.
 *
 * <p>A client gets one answer for all its recipients, so nothing is sent to anybody when the next server refuses one: the
 * first refusal for good is the answer, else the first for now. By LMTP each recipient is answered again behind the content;
 * then, too, 250 only if every one of them was taken, so that none is lost, and those that were taken get the message again
 * if the client repeats it.
 *
 * <p>Every message is answered in its own time, by the client's thread; {@link #append} is the delivery thread's.
 */
public final class RelayDelivery implements Delivery {
    /** How long a message may take in all, unless the URI says otherwise: senders wait at least ten minutes. */
    private static final long TIMEOUT_NS = TimeUnit.MINUTES.toNanos(5);
    /** Messages that wait or are under way; more wait in the server's queue. */
    private static final int MOST_UNDER_WAY = 2048;

    /** How long a message may wait for room, since its end of data. */
    private static final long ROOM_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private static final String INTRODUCTION = "Next server: ";

    private final String description;
    private final boolean announcesDsn;
    private final long timeoutNs;
    private final NanoClock clock;
    private final RelayClient client;
    private final RelayCounters counters = new RelayCounters();
    private final TraceFields traceFields;
    private final Semaphore room;

    /**
     * @param clock the reactors' clock
     * @param mostUnderWay messages that wait or are under way
     */
    RelayDelivery(final RelaySettings settings, final String hostname, final NanoClock clock, final int mostUnderWay)
            throws IOException {
        description = settings.description();
        announcesDsn = settings.announcesDsn();
        timeoutNs = settings.timeoutNs();
        this.clock = clock;
        room = new Semaphore(mostUnderWay);
        traceFields = new TraceFields(hostname);
        client = new RelayClient(settings, hostname, clock, counters);
    }

    /**
     * Opens the way to the next server; connects when there is mail.
     *
     * @param uri {@code smtp://HOST:PORT,…?…} or {@code lmtp://HOST:PORT} or {@code lmtp:/path}
     * @param hostname this server's name, for EHLO and Received
     * @throws IllegalArgumentException the URI is wrong; one line for the operator
     */
    public static RelayDelivery open(final String uri, final String hostname) throws IOException {
        final RelayDelivery delivery = new RelayDelivery(
                RelaySettings.parse(uri, TIMEOUT_NS), hostname, SystemNanoClock.INSTANCE, MOST_UNDER_WAY);
        delivery.client.start("posthaste-relay");
        return delivery;
    }

    @Override
    public AcknowledgementLevel acknowledgementLevel() {
        return AcknowledgementLevel.DOWNSTREAM;
    }

    @Override
    public String description() {
        return description;
    }

    /** {@inheritDoc} Only where the operator says that the next server knows them, which is asked too late otherwise. */
    @Override
    public boolean carriesDsn() {
        return announcesDsn;
    }

    @Override
    public boolean answersLater() {
        return true;
    }

    @Override
    public List<Figure> figures() {
        return counters.figures(description());
    }

    /** {@inheritDoc} Connecting is tried again and again meanwhile. */
    @Override
    public Optional<String> obstacle() {
        return client.isReachable()
                ? Optional.empty()
                : Optional.of("the next server cannot be reached: " + description);
    }

    /**
     * {@inheritDoc} Waits when very many are under way. What a message has waited in the queue counts, so that those behind one
     * that waited in vain do not wait as long once more.
     */
    @Override
    public void append(final Envelope envelope) throws IOException {
        final long waitedNs = clock.nanoTime() - envelope.completedNs();
        if (waitedNs >= timeoutNs) {
            throw new IOException("the next server does not keep up: the time of the message is over");
        }
        final EnvelopeMessage message =
                new EnvelopeMessage(envelope, traceFields.writeReceived(envelope), this::onSettled);
        try {
            if (!room.tryAcquire(ROOM_TIMEOUT_NS - waitedNs, TimeUnit.NANOSECONDS)) {
                throw new IOException("the next server does not keep up");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the next server", e);
        }
        boolean isTaken = false;
        try {
            isTaken = client.offer(message);
        } finally {
            if (!isTaken) {
                room.release();
            }
        }
        if (!isTaken) {
            throw new IOException("the way to the next server is closed");
        }
    }

    @Override
    public void commit() {
        throw new IllegalStateException("messages are answered one by one");
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    /** On the client's thread. */
    private void onSettled(final Envelope envelope, final TransferOutcome outcome) {
        room.release();
        try {
            envelope.status(DeliveryStatus.FAILED_TEMPORARILY); // unless it can be found out
            final HopReply refusal = outcome.refusal();
            if (refusal == null) {
                envelope.status(DeliveryStatus.ACCEPTED);
            } else {
                final DeliveryStatus status =
                        refusal.isPermanent() ? DeliveryStatus.REJECTED : DeliveryStatus.FAILED_TEMPORARILY;
                envelope.status(status);
                envelope.refuse(status, encoded(refusal));
            }
        } finally {
            envelope.complete();
        }
    }

    /** The refusal as our own client gets it. */
    static byte[] encoded(final HopReply refusal) {
        final int code = (refusal.isPermanent() ? Reply.DELIVERY_REJECTED : Reply.DELIVERY_FAILED_TEMPORARILY).code();
        return ReplyEncoder.refusal(
                code, refusal.enhancedStatus(), (refusal.isOurs() ? "" : INTRODUCTION) + refusal.text());
    }
}
