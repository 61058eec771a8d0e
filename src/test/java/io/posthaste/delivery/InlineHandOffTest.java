package io.posthaste.delivery;

import static io.posthaste.envelope.DeliveryStatus.ACCEPTED;
import static io.posthaste.envelope.DeliveryStatus.FAILED_TEMPORARILY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.HandOff.Outcome;
import io.posthaste.envelope.Transactions;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InlineHandOffTest {
    private final Transactions transactions = new Transactions();
    private final ScriptedDelivery delivery = new ScriptedDelivery();
    private final InlineHandOff handOff = new InlineHandOff(delivery);

    @Test
    void shouldCompleteAtOnce() {
        final Envelope envelope = transactions.envelope("a", "x", "r@s.example");
        assertEquals(Outcome.COMPLETED, handOff.offer(envelope));
        assertEquals(ACCEPTED, envelope.status());
        assertEquals(List.of("a", "commit"), delivery.calls);
    }

    @Test
    void shouldTurnExceptionsIntoAnAnswer() {
        for (final Throwable failure : List.of(new IOException("full"), new IllegalStateException("odd"))) {
            final Envelope envelope = transactions.envelope("a", "x", "r@s.example");
            delivery.commitFailure = failure;
            assertEquals(Outcome.COMPLETED, handOff.offer(envelope));
            assertEquals(FAILED_TEMPORARILY, envelope.status());
        }
    }

    @Test
    void shouldKnowNoReceipts() {
        assertThrows(IllegalStateException.class, handOff::onReceipt);
    }
}
