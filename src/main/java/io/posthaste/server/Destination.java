package io.posthaste.server;

import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.discard.DiscardDelivery;
import io.posthaste.forward.Forwarder;
import io.posthaste.forward.ForwarderFactory;
import io.posthaste.forward.Retrying;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the mail of a server is to go, while it is being set up: a delivery of the embedding program or one that a URI names,
 * and the forwarders behind its spool. {@link #open} makes a {@link Delivery} of all that. By default nothing is kept. One
 * thread.
 */
final class Destination {
    /** Asked only without a factory. */
    private Delivery delivery = new DiscardDelivery();
    /** Null for a delivery of one's own. */
    private DeliveryFactory factory;

    private final List<ForwarderFactory> forwarderFactories = new ArrayList<>();
    private final List<Forwarder> forwarders = new ArrayList<>();
    private Retrying retrying = Retrying.DEFAULTS;

    /** Mail goes to a delivery of one's own, in place of what was set before. */
    void deliverTo(final Delivery own) {
        delivery = own;
        factory = null;
    }

    /** Mail goes to what a URI names, in place of what was set before. */
    void deliverTo(final DeliveryFactory named) {
        factory = named;
    }

    /** From the spool it goes on to what a URI names, too. */
    void forwardTo(final ForwarderFactory named) {
        forwarderFactories.add(named);
    }

    /** From the spool it goes on to a forwarder of one's own, too. */
    void forwardTo(final Forwarder own) {
        forwarders.add(own);
    }

    /** When what a forwarder defers is tried again. */
    void retrying(final Retrying newRetrying) {
        retrying = newRetrying;
    }

    /** Whether the delivery wants the content of messages, as {@link Delivery#keepsContent()} will say. */
    boolean keepsContent() {
        return factory == null ? delivery.keepsContent() : factory.keepsContent();
    }

    /**
     * Octets of one content that are in memory at once; the rest of a large one is with the delivery already.
     *
     * @param largestMessage octets of content that a message may have
     */
    long octetsInMemory(final long largestMessage) {
        if (factory != null) {
            return factory.octetsInMemory(largestMessage);
        }
        return delivery.parts()
                .map(parts -> Math.min(largestMessage, parts.largeOctets()))
                .orElse(largestMessage);
    }

    /** @throws IllegalArgumentException there are forwarders and no spool to forward from; for the operator */
    void requireSpoolToForward() {
        if (isForwarding()) {
            if (factory == null) {
                throw new IllegalArgumentException(
                        "--forward needs a spool to forward from: give --deliver spool:DIR, not "
                                + delivery.description());
            }
            factory.requireSpool();
        }
    }

    /**
     * Looks whether what a URI names could be opened, and creates nothing.
     *
     * @param largestMessage octets of content that a message may have
     * @throws IllegalArgumentException it could not; the message is for the operator
     */
    void check(final long largestMessage) {
        if (factory != null) {
            factory.check(largestMessage);
        }
    }

    /**
     * Opens all of it; what is returned owns it. Forwarders are closed, too, when this fails.
     *
     * @param hostname this server's name
     * @param largestMessage octets of content that a message may have
     * @throws IllegalArgumentException parts of it do not fit together; the message is for the operator
     * @throws IOException it cannot be written to; the message is for the operator
     */
    Delivery open(final String hostname, final long largestMessage) throws IOException {
        if (!isForwarding()) {
            return factory == null ? delivery : factory.open(hostname, largestMessage);
        }
        final List<Forwarder> opened = new ArrayList<>(forwarders);
        try {
            requireSpoolToForward();
            for (final ForwarderFactory named : forwarderFactories) {
                opened.add(named.open(hostname));
            }
            return factory.open(hostname, largestMessage, opened, retrying);
        } catch (final IOException | RuntimeException | Error e) {
            opened.forEach(forwarder -> closeAfter(e, forwarder));
            throw e;
        }
    }

    private boolean isForwarding() {
        return !forwarders.isEmpty() || !forwarderFactories.isEmpty();
    }

    /** What closing throws must not hide why it is closed. */
    private static void closeAfter(final Throwable failure, final Forwarder forwarder) {
        try {
            forwarder.close();
        } catch (final IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }
}
