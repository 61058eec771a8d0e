package io.posthaste.delivery;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.posthaste.delivery.discard.DiscardDelivery;
import io.posthaste.envelope.Doorbell;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.memory.BlockPool;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The delivery really parks, and whatever was offered or asked wakes it. It sleeps without a limit, as in the server: a lost
 * wake-up shows as a run that stands still.
 */
public class DeliverySleepStress {
    private static final BlockPool BLOCKS = new BlockPool(BlockPool.SLAB);

    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "woke up, delivered it and sent the receipt")
    @Outcome(expect = FORBIDDEN, desc = "delivered something else")
    @State
    public static class Offer {
        private final ReceiptQueue receipts = new ReceiptQueue(2, new Doorbell(() -> {}));
        private final Envelope envelope = new EnvelopePool(BLOCKS, receipts).take();
        private final EnvelopeQueue queue = new EnvelopeQueue(2);
        private final DeliveryAgent agent = new DeliveryAgent(queue, new DiscardDelivery());

        @Actor
        public void delivery(final II_Result result) {
            agent.onStart();
            int delivered = agent.doWork();
            while (delivered == 0) {
                agent.awaitWork();
                delivered = agent.doWork();
            }
            result.r1 = delivered;
            result.r2 = receipts.drain(receipt -> {}, 2);
        }

        @Actor
        public void reactor() {
            queue.offer(envelope);
        }
    }

    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "woke up and ended")
    @Outcome(expect = FORBIDDEN, desc = "delivered something")
    @State
    public static class Stop {
        private final EnvelopeQueue queue = new EnvelopeQueue(2);
        private final DeliveryAgent agent = new DeliveryAgent(queue, new DiscardDelivery());

        @Actor
        public void delivery(final II_Result result) {
            agent.onStart();
            while (!agent.isStopRequested()) {
                agent.awaitWork();
            }
            result.r1 = agent.doWork();
            result.r2 = 1;
        }

        @Actor
        public void server() {
            agent.requestStop();
        }
    }
}
