package io.posthaste.envelope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.HandOff.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class HandOffTest {
    private final Transactions transactions = new Transactions();

    @Test
    void shouldTakeAnEnvelopeOutAndBack() {
        final EnvelopeQueue queue = new EnvelopeQueue(4);
        final QueuedHandOff handOff = new QueuedHandOff(queue, transactions.receipts);
        final Envelope envelope = transactions.envelope("a@b.example", "x", "c@d.example");

        assertEquals(Outcome.QUEUED, handOff.offer(envelope));
        assertEquals(1, queue.size());
        final Envelope polled = queue.poll();
        assertSame(envelope, polled);
        assertNull(queue.poll());
        assertTrue(transactions.receipts.isEmpty());
        polled.status(DeliveryStatus.REJECTED);
        polled.complete();

        assertFalse(transactions.receipts.isEmpty());
        assertEquals(List.of(DeliveryStatus.REJECTED), transactions.answers());
        handOff.onReceipt();
        assertEquals(0, transactions.blocks.inUseOctets());
    }

    @Test
    void shouldBeFullWhenTheQueueIsAndTakeMoreWhenThereIsRoom() {
        final EnvelopeQueue queue = new EnvelopeQueue(3);
        assertEquals(4, queue.capacity());
        final QueuedHandOff handOff = new QueuedHandOff(queue, transactions.receipts);
        for (int i = 0; i < 4; i++) {
            assertEquals(Outcome.QUEUED, handOff.offer(transactions.envelopes.take()));
        }
        final Envelope fifth = transactions.envelopes.take();
        assertEquals(Outcome.FULL, handOff.offer(fifth));
        queue.poll();
        assertEquals(Outcome.QUEUED, handOff.offer(fifth));
    }

    @Test
    void shouldHaveNoMoreUnderWayThanReceiptsFitBack() {
        final ReceiptQueue receipts = new ReceiptQueue(2, new Doorbell(() -> {}));
        final EnvelopePool envelopes = new EnvelopePool(transactions.blocks, receipts);
        final EnvelopeQueue queue = new EnvelopeQueue(16);
        final QueuedHandOff handOff = new QueuedHandOff(queue, receipts);
        assertEquals(Outcome.QUEUED, handOff.offer(envelopes.take()));
        assertEquals(Outcome.QUEUED, handOff.offer(envelopes.take()));
        assertEquals(Outcome.FULL, handOff.offer(envelopes.take()));

        queue.poll().complete();
        assertEquals(Outcome.FULL, handOff.offer(envelopes.take()), "the receipt still lies in the queue");
        assertEquals(1, receipts.drain(receipt -> handOff.onReceipt(), 16));
        assertEquals(Outcome.QUEUED, handOff.offer(envelopes.take()));
    }

    @Test
    void shouldTellWhenReceiptsOverflow() {
        final ReceiptQueue receipts = new ReceiptQueue(2, new Doorbell(() -> {}));
        final Envelope envelope = new EnvelopePool(transactions.blocks, receipts).take();
        envelope.complete();
        envelope.complete();
        assertThrows(IllegalStateException.class, envelope::complete);
    }

    @Test
    void shouldRingBothBellsForASleeperOnly() {
        final AtomicInteger deliveryWakes = new AtomicInteger();
        final AtomicInteger reactorWakes = new AtomicInteger();
        final Doorbell deliveryBell = new Doorbell(deliveryWakes::incrementAndGet);
        final Doorbell reactorBell = new Doorbell(reactorWakes::incrementAndGet);
        final EnvelopeQueue queue = new EnvelopeQueue(8);
        queue.doorbell(deliveryBell);
        final ReceiptQueue receipts = new ReceiptQueue(8, reactorBell);
        final EnvelopePool envelopes = new EnvelopePool(transactions.blocks, receipts);

        queue.offer(envelopes.take());
        assertEquals(0, deliveryWakes.get());
        deliveryBell.prepareToSleep();
        queue.offer(envelopes.take());
        queue.offer(envelopes.take());
        assertEquals(1, deliveryWakes.get());

        reactorBell.prepareToSleep();
        queue.drain(Envelope::complete, 8);
        assertEquals(1, reactorWakes.get());
    }

    @Test
    void shouldDrainInOrderUpToTheLimit() {
        final EnvelopeQueue queue = new EnvelopeQueue(8);
        final List<Envelope> offered = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            offered.add(transactions.envelopes.take());
            queue.offer(offered.get(i));
        }
        final List<Envelope> drained = new ArrayList<>();
        assertEquals(3, queue.drain(drained::add, 3));
        assertEquals(2, queue.drain(drained::add, 3));
        assertEquals(0, queue.drain(drained::add, 3));
        assertEquals(offered, drained);
        assertTrue(queue.isEmpty());
    }
}
