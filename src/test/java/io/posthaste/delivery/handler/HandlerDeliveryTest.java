package io.posthaste.delivery.handler;

import static io.posthaste.envelope.DeliveryStatus.ACCEPTED;
import static io.posthaste.envelope.DeliveryStatus.FAILED_TEMPORARILY;
import static io.posthaste.envelope.DeliveryStatus.REJECTED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.MessageHandler;
import io.posthaste.delivery.MessageRejectedException;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.Transactions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HandlerDeliveryTest {
    private final Transactions transactions = new Transactions();

    @Test
    void shouldHandTheMessageOver() {
        final List<String> seen = new ArrayList<>();
        final DeliveryStatus answer = answerOf(envelope -> {
            seen.add(envelope.reversePath());
            seen.addAll(envelope.recipients());
            seen.add(Transactions.text(envelope.contentStream().readAllBytes()));
        });

        assertEquals(ACCEPTED, answer);
        assertEquals(List.of("a@b.example", "c@d.example", "content\r\n"), seen);
    }

    @Test
    void shouldAnswerExceptions() {
        assertEquals(FAILED_TEMPORARILY, answerOf(envelope -> {
            throw new IOException("down");
        }));
        assertEquals(FAILED_TEMPORARILY, answerOf(envelope -> {
            throw new IllegalStateException("odd");
        }));
        assertEquals(REJECTED, answerOf(envelope -> {
            throw new MessageRejectedException("never");
        }));
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void shouldRestoreTheInterruptAndFailTemporarily() {
        assertEquals(FAILED_TEMPORARILY, answerOf(envelope -> {
            throw new InterruptedException();
        }));
        assertTrue(Thread.interrupted());
    }

    @Test
    void shouldStateItsLevel() {
        assertEquals(AcknowledgementLevel.HANDLER, new HandlerDelivery(envelope -> {}).acknowledgementLevel());
    }

    private DeliveryStatus answerOf(final MessageHandler handler) {
        final HandlerDelivery delivery = new HandlerDelivery(handler);
        final Envelope envelope = transactions.envelope("a@b.example", "content\r\n", "c@d.example");
        delivery.append(envelope);
        delivery.commit();
        delivery.close();
        return envelope.status();
    }
}
