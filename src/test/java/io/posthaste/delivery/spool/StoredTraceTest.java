package io.posthaste.delivery.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.TraceFields;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.TlsParameters;
import io.posthaste.envelope.Transactions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The Received of a message from the spool is that of one that never was there. */
final class StoredTraceTest {
    private final Transactions transactions = new Transactions();

    @Test
    void shouldSayOfTlsWhatTheDirectWaySays() {
        final Envelope envelope =
                transactions.envelope("client.example", Envelope.EXTENDED | Envelope.SECURE, "c@d.example");
        envelope.tls(TlsParameters.of("TLSv1.3", "TLS_AES_256_GCM_SHA384"));
        final String direct = StandardCharsets.US_ASCII
                .decode(new TraceFields("mx.example").writeReceived(envelope))
                .toString();
        assertTrue(direct.contains("with ESMTPS ") && direct.contains("\ttls TLS_AES_256_GCM_SHA384;"), direct);
        assertEquals(unfolded(direct), unfolded(received(throughTheSpool(envelope))));
    }

    /** An earlier release left the field empty, and had nothing but the trait. */
    @Test
    void shouldReadWhatAnEarlierReleaseWrote() {
        final Envelope envelope =
                transactions.envelope("client.example", Envelope.EXTENDED | Envelope.SECURE, "c@d.example");
        final StoredEnvelope stored = throughTheSpool(envelope);
        assertEquals("", stored.tls());
        assertTrue(stored.has(StoredEnvelope.SECURE));
        final String text = received(stored);
        assertTrue(text.contains("with ESMTPS "), text);
        assertFalse(text.contains("tls"), text);
    }

    private static StoredEnvelope throughTheSpool(final Envelope envelope) {
        final EnvelopeFormat format = new EnvelopeFormat();
        final ByteBuffer record = ByteBuffer.allocate(format.length(envelope));
        format.put(envelope, 42, record);
        final StoredEnvelope stored = EnvelopeFormat.read(record.flip());
        assertEquals(StoredEnvelope.of(envelope, 42), stored);
        return stored;
    }

    private static String received(final StoredEnvelope stored) {
        return new String(StoredTrace.received(stored, "mx.example"), StandardCharsets.US_ASCII);
    }

    private static String unfolded(final String field) {
        return field.replace("\r\n\t", " ");
    }
}
