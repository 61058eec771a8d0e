package io.posthaste.relay;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.Delivery;
import io.posthaste.forward.Forwarder;
import io.posthaste.forward.ForwarderProvider;
import java.io.IOException;
import java.util.Set;

/** {@code smtp://HOST:PORT}, {@code lmtp://HOST:PORT} and {@code lmtp:/path}: a mail server. */
public final class RelayProvider implements ForwarderProvider {
    @Override
    public Set<String> schemes() {
        return Set.of("smtp", "lmtp");
    }

    @Override
    public String form() {
        return "smtp://HOST:PORT, lmtp://HOST:PORT";
    }

    @Override
    public void check(final String uri) {
        RelaySettings.parse(uri, Long.MAX_VALUE).tlsClients();
    }

    @Override
    public Forwarder open(final String uri, final String hostname) throws IOException {
        return RelayForwarder.open(uri, hostname);
    }

    @Override
    public AcknowledgementLevel directLevel() {
        return AcknowledgementLevel.DOWNSTREAM;
    }

    /** {@inheritDoc} Each message is answered in its own time, in the next server's words. */
    @Override
    public Delivery openDirect(final String uri, final String hostname) throws IOException {
        return RelayDelivery.open(uri, hostname);
    }
}
