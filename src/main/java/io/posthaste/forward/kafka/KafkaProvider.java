package io.posthaste.forward.kafka;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.forward.Forwarder;
import io.posthaste.forward.ForwarderProvider;
import java.io.IOException;
import java.util.Set;

/** {@code kafka://HOST:PORT,HOST:PORT/TOPIC}. */
public final class KafkaProvider implements ForwarderProvider {
    @Override
    public Set<String> schemes() {
        return Set.of(KafkaSettings.SCHEME);
    }

    @Override
    public String form() {
        return KafkaSettings.FORM;
    }

    @Override
    public void check(final String uri) {
        KafkaSettings.parse(uri);
    }

    @Override
    public Forwarder open(final String uri, final String hostname) throws IOException {
        final KafkaSettings settings = KafkaSettings.parse(uri);
        try {
            return KafkaForwarder.open(settings, hostname);
        } catch (final NoClassDefFoundError e) {
            throw new IOException(
                    "the client of Kafka is not there: put lib-kafka beside the program's jar, or kafka-clients into its"
                            + " class path",
                    e);
        }
    }

    @Override
    public AcknowledgementLevel directLevel() {
        return AcknowledgementLevel.BROKER;
    }
}
