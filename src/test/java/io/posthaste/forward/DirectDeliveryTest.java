package io.posthaste.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.DeliveryAgent;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.Transactions;
import io.posthaste.forward.ScriptedForwarder.Given;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class DirectDeliveryTest {
    private final Transactions transactions = new Transactions();
    private final ScriptedForwarder forwarder = new ScriptedForwarder();
    private final EnvelopeQueue queue = new EnvelopeQueue(64);
    private final DeliveryAgent agent =
            new DeliveryAgent(queue, new DirectDelivery(forwarder, AcknowledgementLevel.BROKER, "mx.example"));

    private List<DeliveryStatus> answers(final String... contents) {
        for (final String content : contents) {
            queue.offer(transactions.envelope("a@b.example", content, "c@d.example", "e@f.example"));
        }
        while (agent.doWork() > 0) {
            // Goes on.
        }
        return transactions.answers();
    }

    @Test
    void shouldAnswerWhatTheForwarderSays() {
        forwarder.atOnce = one -> {
            switch (one.content()) {
                case "taken" -> one.delivered();
                case "later" -> one.deferred();
                case "never" -> one.failed();
                case "away" -> one.unavailable();
                case "half" -> {
                    one.settlement().delivered(0, "taken");
                    one.settlement().failed(1, "unknown");
                }
                case "mixed" -> {
                    one.settlement().failed(0, "unknown");
                    one.settlement().deferred(1, "busy");
                }
                default -> throw new IllegalStateException("a fault of the forwarder");
            }
        };
        assertEquals(
                List.of(
                        DeliveryStatus.ACCEPTED,
                        DeliveryStatus.FAILED_TEMPORARILY,
                        DeliveryStatus.REJECTED,
                        DeliveryStatus.FAILED_TEMPORARILY,
                        DeliveryStatus.REJECTED,
                        DeliveryStatus.FAILED_TEMPORARILY,
                        DeliveryStatus.FAILED_TEMPORARILY),
                answers("taken", "later", "never", "away", "half", "mixed", "fault"));
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldAnswerThoughItCannotTellWhyTheForwarderFailed() {
        forwarder.atOnce = one -> {
            throw new UntellableFault();
        };
        assertEquals(List.of(DeliveryStatus.FAILED_TEMPORARILY), answers("fault"));
    }

    @Test
    @Timeout(20)
    void shouldNotWaitForMessagesOfABatchThatFailed() {
        forwarder.whenFlushed = () -> {
            throw new IllegalStateException("a fault of the forwarder");
        };
        assertEquals(List.of(DeliveryStatus.FAILED_TEMPORARILY), answers("never settled"));
        forwarder.whenFlushed = () -> {};
        forwarder.atOnce = Given::delivered;
        assertEquals(List.of(DeliveryStatus.ACCEPTED), answers("taken"));
    }

    @Test
    void shouldHaveABatchUnderWayTogetherUpToTheWindow() {
        forwarder.window = 2;
        final List<Given> open = new ArrayList<>();
        final List<Integer> most = new ArrayList<>();
        forwarder.atOnce = one -> {
            open.add(one);
            most.add(open.size());
            if (open.size() == 2) {
                final List<Given> settled = List.copyOf(open);
                open.clear();
                new Thread(() -> settled.forEach(Given::delivered)).start();
            }
        };
        assertEquals(
                4,
                answers("1", "2", "3", "4").stream()
                        .filter(DeliveryStatus.ACCEPTED::equals)
                        .count());
        assertTrue(most.contains(2));
    }
}
