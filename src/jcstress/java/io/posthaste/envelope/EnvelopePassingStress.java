package io.posthaste.envelope;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

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

    /** Two reactors, one room short: what was taken comes out once, what was not is refused. */
    @JCStressTest
    @Outcome(
            id = {"true, false, 1", "false, true, 2"},
            expect = ACCEPTABLE,
            desc = "one found room, and its envelope comes out")
    @Outcome(expect = FORBIDDEN, desc = "taken and lost, come out twice, or refused although there was room")
    @State
    public static class TwoOffer {
        private final Envelope before = new Envelope(DoorbellStress.BLOCKS);
        private final Envelope first = new Envelope(DoorbellStress.BLOCKS);
        private final Envelope second = new Envelope(DoorbellStress.BLOCKS);
        private final EnvelopeQueue queue = new EnvelopeQueue(2);

        public TwoOffer() {
            queue.offer(before);
            first.contentLength(1);
            second.contentLength(2);
        }

        @Actor
        public void oneReactor(final ZZJ_Result result) {
            result.r1 = queue.offer(first);
        }

        @Actor
        public void otherReactor(final ZZJ_Result result) {
            result.r2 = queue.offer(second);
        }

        @Arbiter
        public void delivery(final ZZJ_Result result) {
            queue.drain(envelope -> result.r3 += envelope.contentLength(), 3);
        }
    }

    /** As the delivery takes it: a batch at a time, while the reactor goes on offering. */
    @JCStressTest
    @Outcome(
            id = {"0, 12", "1, 2", "12, 0"},
            expect = ACCEPTABLE,
            desc = "each once, in order, whole")
    @Outcome(expect = FORBIDDEN, desc = "lost, twice, out of order or without its fields")
    @State
    public static class Batches {
        private final Envelope first = new Envelope(DoorbellStress.BLOCKS);
        private final Envelope second = new Envelope(DoorbellStress.BLOCKS);
        private final EnvelopeQueue queue = new EnvelopeQueue(2);

        @Actor
        public void reactor() {
            first.contentLength(1);
            queue.offer(first);
            second.contentLength(2);
            queue.offer(second);
        }

        @Actor
        public void delivery(final JJ_Result result) {
            queue.drain(envelope -> result.r1 = 10 * result.r1 + envelope.contentLength(), 2);
        }

        @Arbiter
        public void nextBatch(final JJ_Result result) {
            queue.drain(envelope -> result.r2 = 10 * result.r2 + envelope.contentLength(), 2);
        }
    }
}
