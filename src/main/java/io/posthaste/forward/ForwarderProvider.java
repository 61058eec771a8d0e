package io.posthaste.forward;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.Delivery;
import java.io.IOException;
import java.util.Set;

/**
 * Makes forwarders of a kind from URIs. Found by {@link java.util.ServiceLoader}: a program may bring its own. Who needs an
 * optional library must not need it to be loaded, only to {@link #open}.
 */
public interface ForwarderProvider {
    /** What stands before the colon of its URIs. */
    Set<String> schemes();

    /** How its URIs look, for people: {@code kafka://HOST:PORT/TOPIC}. */
    String form();

    /**
     * Looks at a URI; touches nothing outside.
     *
     * @throws IllegalArgumentException it cannot be one; one line for the operator
     */
    void check(String uri);

    /**
     * Opens a forwarder. That its target is away now is no failure.
     *
     * @param uri that was checked
     * @param hostname this server's name
     * @throws IOException it can never work as things are: a library is missing, a directory cannot be written to; one line for
     *     the operator
     */
    Forwarder open(String uri, String hostname) throws IOException;

    /** What {@code 250} means when mail is delivered by it directly, without a spool; null when that cannot be done. */
    default AcknowledgementLevel directLevel() {
        return null;
    }

    /**
     * Opens a delivery that answers the client only when the target has answered; where {@link #directLevel} says that there
     * is one.
     *
     * @param uri that was checked
     * @param hostname this server's name
     * @throws IOException as {@link #open}
     */
    default Delivery openDirect(final String uri, final String hostname) throws IOException {
        return new DirectDelivery(open(uri, hostname), directLevel(), hostname);
    }
}
