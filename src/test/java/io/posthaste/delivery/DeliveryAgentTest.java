package io.posthaste.delivery;

import static io.posthaste.envelope.DeliveryStatus.ACCEPTED;
import static io.posthaste.envelope.DeliveryStatus.FAILED_TEMPORARILY;
import static io.posthaste.envelope.DeliveryStatus.REJECTED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.AllocationCounter;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.QueuedHandOff;
import io.posthaste.envelope.Transactions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.jctools.queues.MessagePassingQueue;
import org.junit.jupiter.api.Test;

final class DeliveryAgentTest {
    private final Transactions transactions = new Transactions();
    private final EnvelopeQueue queue = new EnvelopeQueue(1024);
    private final ScriptedDelivery delivery = new ScriptedDelivery();
    private final DeliveryAgent agent = new DeliveryAgent(queue, delivery);

    @Test
    void shouldDoNothingWithoutEnvelopes() {
        assertEquals(0, agent.doWork());
        assertEquals(List.of(), delivery.calls);
    }

    @Test
    void shouldCommitABatchOnceAndSendReceiptsThen() {
        offer("a", "b", "c");
        delivery.appendActions.put("c", () -> assertTrue(transactions.receipts.isEmpty()));

        assertEquals(3, agent.doWork());
        assertEquals(List.of("a", "b", "c", "commit"), delivery.calls);
        assertEquals(List.of(ACCEPTED, ACCEPTED, ACCEPTED), transactions.answers());
        assertEquals(0, transactions.blocks.inUseOctets());
    }

    @Test
    void shouldLeaveTheReceiptsToADeliveryThatSendsThemItself() {
        delivery.answersLater = true;
        delivery.appendFailures.put("b", new IOException("full"));
        offer("a", "b", "c");

        assertEquals(3, agent.doWork());
        assertEquals(List.of("a", "b", "c"), delivery.calls, "no commit");
        assertEquals(List.of(FAILED_TEMPORARILY), transactions.answers(), "only the one that was not taken");
        delivery.taken.get(1).status(REJECTED);
        delivery.taken.forEach(Envelope::complete);
        assertEquals(List.of(ACCEPTED, REJECTED), transactions.answers());
        assertEquals(0, transactions.blocks.inUseOctets());
    }

    @Test
    void shouldAnswerWhatIsRefusedBeforeTheNextIsWaitedFor() {
        delivery.answersLater = true;
        delivery.appendFailures.put("a", new IOException("full"));
        delivery.appendActions.put("b", () -> assertEquals(List.of(FAILED_TEMPORARILY), transactions.answers()));
        offer("a", "b");

        assertEquals(2, agent.doWork());
        assertEquals(1, delivery.taken.size());
        delivery.taken.get(0).complete();
        assertEquals(List.of(ACCEPTED), transactions.answers());
    }

    @Test
    void shouldPutWhatArrivesMeanwhileIntoTheNextBatch() {
        offer("a");
        delivery.appendActions.put("a", () -> offer("b", "c"));

        assertEquals(1, agent.doWork());
        assertEquals(2, agent.doWork());
        assertEquals(List.of("a", "commit", "b", "c", "commit"), delivery.calls);
    }

    @Test
    void shouldLimitABatch() {
        offer(Collections.nCopies(DeliveryAgent.BATCH_LIMIT + 1, "a").toArray(String[]::new));

        assertEquals(DeliveryAgent.BATCH_LIMIT, agent.doWork());
        assertEquals(1, agent.doWork());
        assertEquals(DeliveryAgent.BATCH_LIMIT + 1, transactions.answers().size());
    }

    @Test
    void shouldFailOnlyTheMessageThatWasNotAppended() {
        for (final Throwable failure :
                List.of(new IOException("full"), new IllegalStateException("odd"), new AssertionError("worse"))) {
            offer("a", "b", "c");
            delivery.appendFailures.put("b", failure);
            agent.doWork();
            assertEquals(List.of(ACCEPTED, FAILED_TEMPORARILY, ACCEPTED), transactions.answers());
        }
    }

    @Test
    void shouldNotCommitWhenNothingWasAppended() {
        offer("a");
        delivery.appendFailures.put("a", new IOException("full"));
        agent.doWork();

        assertEquals(List.of("a"), delivery.calls);
        assertEquals(List.of(FAILED_TEMPORARILY), transactions.answers());
    }

    @Test
    void shouldFailAllThatWereAppendedWhenTheCommitFails() {
        for (final Throwable failure :
                List.of(new IOException("sync"), new IllegalStateException("odd"), new OutOfMemoryError("worse"))) {
            delivery.commitFailure = failure;
            offer("a", "b");
            agent.doWork();
            assertEquals(List.of(FAILED_TEMPORARILY, FAILED_TEMPORARILY), transactions.answers());
        }
        delivery.commitFailure = null;
        offer("a");
        agent.doWork();
        assertEquals(List.of(ACCEPTED), transactions.answers());
    }

    @Test
    void shouldKeepARejectionWhenTheCommitFails() {
        final Envelope[] rejected = offer("a", "b");
        delivery.appendActions.put("b", () -> rejected[1].status(DeliveryStatus.REJECTED));
        delivery.commitFailure = new IOException("sync");
        agent.doWork();

        assertEquals(List.of(FAILED_TEMPORARILY, REJECTED), transactions.answers());
    }

    @Test
    void shouldCloseTheDelivery() {
        agent.onClose();
        assertEquals(List.of("close"), delivery.calls);
    }

    @Test
    void shouldAllocateNothingFromTakeToRelease() {
        final EnvelopeIds ids = new EnvelopeIds(1, 0);
        final QueuedHandOff handOff = new QueuedHandOff(queue, transactions.receipts);
        final DeliveryAgent idle = new DeliveryAgent(queue, new NothingDelivery());
        final ByteBuffer mailbox = ByteBuffer.allocateDirect(254);
        final ByteBuffer content = ByteBuffer.allocateDirect(40_000);
        final byte[] name = new byte[20];
        final MessagePassingQueue.Consumer<Envelope> taker = receipt -> {
            handOff.onReceipt();
            transactions.envelopes.release(receipt);
        };
        final Runnable cycle = () -> {
            for (int i = 0; i < 4; i++) {
                final Envelope envelope = transactions.envelopes.take();
                envelope.begin(ids, Transactions.EPOCH_MS, name, 9, name, 20, Envelope.EXTENDED | Envelope.EIGHT_BIT);
                envelope.reversePath(mailbox, 0, 254);
                for (int recipient = 0; recipient < 30; recipient++) {
                    envelope.addRecipient(mailbox, 0, 254);
                }
                envelope.content().append(content, 0, 40_000);
                envelope.contentLength(40_000);
                handOff.offer(envelope);
            }
            idle.doWork();
            transactions.receipts.drain(taker, 16);
        };

        assertEquals(0, AllocationCounter.octets(5_000, cycle));
        assertEquals(0, transactions.blocks.inUseOctets());
        assertEquals(0, transactions.envelopes.inUse());
    }

    private Envelope[] offer(final String... reversePaths) {
        final Envelope[] envelopes = new Envelope[reversePaths.length];
        for (int i = 0; i < reversePaths.length; i++) {
            envelopes[i] = transactions.envelope(reversePaths[i], "content", "r@s.example");
            assertTrue(queue.offer(envelopes[i]));
        }
        return envelopes;
    }

    private static final class NothingDelivery implements Delivery {
        @Override
        public AcknowledgementLevel acknowledgementLevel() {
            return AcknowledgementLevel.NONE;
        }

        @Override
        public String description() {
            return "nothing:";
        }

        @Override
        public void append(final Envelope envelope) {}

        @Override
        public void commit() {}

        @Override
        public void close() {}
    }
}
