package io.posthaste.envelope;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Whoever takes an envelope off a queue sees all that was written to it before it was offered. */
public class EnvelopePassingStress {
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "nothing there yet")
    @Outcome(id = "7, 9", expect = ACCEPTABLE, desc = "the whole envelope")
    @Outcome(expect = FORBIDDEN, desc = "an envelope without its fields")
    @State
    public static class QueueOut {
        private final Envelope envelope = new Envelope(DoorbellStress.BLOCKS);
        private final EnvelopeQueue queue = new EnvelopeQueue(2);

        @Actor
        public void reactor() {
            envelope.contentLength(7);
            envelope.completedNs(9);
            queue.offer(envelope);
        }

        @Actor
        public void delivery(final JJ_Result result) {
            final Envelope polled = queue.poll();
            if (polled != null) {
                result.r2 = polled.completedNs();
                result.r1 = polled.contentLength();
            }
        }
    }

    @JCStressTest
    @Outcome(id = "none", expect = ACCEPTABLE, desc = "nothing there yet")
    @Outcome(id = "REJECTED", expect = ACCEPTABLE, desc = "the receipt with its answer")
    @Outcome(expect = FORBIDDEN, desc = "a receipt with another answer")
    @State
    public static class QueueBack {
        private final Envelope envelope = new Envelope(DoorbellStress.BLOCKS);
        private final ReceiptQueue receipts = new ReceiptQueue(2, new Doorbell(() -> {}));

        public QueueBack() {
            envelope.receipts(receipts);
        }

        @Actor
        public void delivery() {
            envelope.status(DeliveryStatus.REJECTED);
            envelope.complete();
        }

        @Actor
        public void reactor(final L_Result result) {
            result.r1 = "none";
            receipts.drain(receipt -> result.r1 = receipt.status(), 1);
        }
    }
}
