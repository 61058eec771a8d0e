package io.posthaste.envelope;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.posthaste.memory.BlockPool;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** No wake-up is lost, and a sleeper is woken once. */
public class DoorbellStress {
    static final BlockPool BLOCKS = new BlockPool(BlockPool.SLAB);

    /**
     * The bell by itself, for something put in by a release store, which orders nothing behind it. The queues put in by a
     * compare-and-set, which on x86 is a full fence of its own: there only this test notices when one of the bell's two
     * fences is missing ({@link DoorbellMutantStress}).
     */
    @JCStressTest
    @Outcome(id = "true, false", expect = FORBIDDEN, desc = "asleep with something put in, and no ring")
    @Outcome(
            id = {"true, true", "false, true", "false, false"},
            expect = ACCEPTABLE,
            desc = "seen, or rung")
    @State
    public static class ReleaseStore {
        private final AtomicBoolean putIn = new AtomicBoolean();
        private final Doorbell bell = new Doorbell(() -> {});

        @Actor
        public void consumer(final ZZ_Result result) {
            bell.prepareToSleep();
            result.r1 = !putIn.getAcquire();
        }

        @Actor
        public void producer(final ZZ_Result result) {
            putIn.setRelease(true);
            result.r2 = bell.ring();
        }
    }

    @JCStressTest
    @Outcome(id = "true, false", expect = FORBIDDEN, desc = "asleep with an envelope in the queue, and no ring")
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "saw nothing and was rung")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "saw the envelope and was rung")
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "saw the envelope, or offered before it lay down")
    @State
    public static class QueueOut {
        private boolean rung;
        private final Envelope envelope = new Envelope(BLOCKS);
        private final EnvelopeQueue queue = new EnvelopeQueue(2);
        private final Doorbell bell = new Doorbell(() -> rung = true);

        public QueueOut() {
            queue.doorbell(bell);
        }

        @Actor
        public void delivery(final ZZ_Result result) {
            bell.prepareToSleep();
            result.r1 = queue.isEmpty();
        }

        @Actor
        public void reactor(final ZZ_Result result) {
            queue.offer(envelope);
            result.r2 = rung;
        }
    }

    @JCStressTest
    @Outcome(id = "true, false", expect = FORBIDDEN, desc = "asleep with a receipt in the queue, and no ring")
    @Outcome(
            id = {"true, true", "false, true", "false, false"},
            expect = ACCEPTABLE,
            desc = "seen, or rung")
    @State
    public static class QueueBack {
        private boolean rung;
        private final Envelope envelope = new Envelope(BLOCKS);
        private final Doorbell bell = new Doorbell(() -> rung = true);
        private final ReceiptQueue receipts = new ReceiptQueue(2, bell);

        public QueueBack() {
            envelope.receipts(receipts);
        }

        @Actor
        public void reactor(final ZZ_Result result) {
            bell.prepareToSleep();
            result.r1 = receipts.isEmpty();
        }

        @Actor
        public void delivery(final ZZ_Result result) {
            envelope.complete();
            result.r2 = rung;
        }
    }

    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one of the two woke the sleeper")
    @Outcome(expect = FORBIDDEN, desc = "woken twice, or not at all")
    @State
    public static class TwoRing {
        private final Doorbell bell = new Doorbell(() -> {});

        public TwoRing() {
            bell.prepareToSleep();
        }

        @Actor
        public void one(final ZZ_Result result) {
            result.r1 = bell.ring();
        }

        @Actor
        public void other(final ZZ_Result result) {
            result.r2 = bell.ring();
        }
    }
}
