package io.posthaste.jmh;

import io.posthaste.delivery.DeliveryAgent;
import io.posthaste.delivery.DeliveryThread;
import io.posthaste.delivery.discard.DiscardDelivery;
import io.posthaste.envelope.Doorbell;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.memory.BlockPool;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jctools.queues.MessagePassingQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * An envelope to a delivery on another thread and back, one at a time: latency, for two idle cores. The benchmark's thread
 * stands for the reactor and spins; the delivery's spins or sleeps, as the method says.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HandOffPingBenchmark {
    private static final int CAPACITY = 1024;
    private static final int DRAIN_LIMIT = 64;
    private static final long STOP_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    /** One operation: offered to a {@link DeliveryAgent} that spins, appended, committed, its receipt drained. */
    @Benchmark
    public Envelope spinning(final SpinningDelivery delivery) {
        return delivery.ping();
    }

    /** One operation: as {@link #spinning}, over two unbounded linked queues and without a delivery. */
    @Benchmark
    public Envelope baselineSpinningConcurrentLinkedQueue(final LinkedQueues queues) {
        return queues.ping();
    }

    /** One operation: as {@link #spinning}, but the delivery sleeps and is woken by every envelope. */
    @Benchmark
    public Envelope sleeping(final SleepingDelivery delivery) {
        return delivery.ping();
    }

    /** One operation: as {@link #sleeping}, asleep in {@code take()}, back over a linked queue, no delivery. */
    @Benchmark
    public Envelope baselineSleepingArrayBlockingQueue(final ArrayQueue queues) {
        return queues.ping();
    }

    /** The reactor's side of the server's own queues. */
    abstract static class Reactor {
        final EnvelopeQueue envelopes = new EnvelopeQueue(CAPACITY);
        final DeliveryAgent agent = new DeliveryAgent(envelopes, new DiscardDelivery());

        private final ReceiptQueue receipts = new ReceiptQueue(CAPACITY, new Doorbell(() -> {}));
        private final MessagePassingQueue.Consumer<Envelope> onReceipt = this::onReceipt;
        private Envelope envelope = new EnvelopePool(new BlockPool(BlockPool.SLAB), receipts).take();

        final Envelope ping() {
            if (!envelopes.offer(envelope)) {
                throw new IllegalStateException("full");
            }
            final Patience patience = new Patience();
            while (receipts.drain(onReceipt, DRAIN_LIMIT) == 0) {
                patience.spin();
            }
            return envelope;
        }

        private void onReceipt(final Envelope received) {
            envelope = received;
        }
    }

    /** A delivery that never sleeps. */
    @State(Scope.Thread)
    public static class SpinningDelivery extends Reactor {
        private final Responder responder = new Responder(() -> agent.doWork() > 0);

        @Setup
        public void start() {
            responder.start();
        }

        @TearDown
        public void stop() throws InterruptedException {
            responder.stop();
        }
    }

    /** A delivery on the thread that the server gives it. */
    @State(Scope.Thread)
    public static class SleepingDelivery extends Reactor {
        private final DeliveryThread thread = new DeliveryThread(agent, "delivery");

        @Setup
        public void start() {
            thread.start();
        }

        @TearDown
        public void stop() throws InterruptedException {
            if (!thread.stopWhenDrained(STOP_TIMEOUT_NS)) {
                throw new IllegalStateException("the delivery did not stop");
            }
        }
    }

    /** Linked queues with an echo behind them. */
    @State(Scope.Thread)
    public static class LinkedQueues {
        private final Queue<Envelope> out = new ConcurrentLinkedQueue<>();
        private final Queue<Envelope> back = new ConcurrentLinkedQueue<>();
        private final Responder responder = new Responder(this::echo);
        private final Envelope envelope = newEnvelope();

        @Setup
        public void start() {
            responder.start();
        }

        @TearDown
        public void stop() throws InterruptedException {
            responder.stop();
        }

        Envelope ping() {
            out.add(envelope);
            return await(back);
        }

        private boolean echo() {
            final Envelope received = out.poll();
            return received != null && back.offer(received);
        }
    }

    /** A queue with locks, and an echo that sleeps behind it. */
    @State(Scope.Thread)
    public static class ArrayQueue {
        private final BlockingQueue<Envelope> out = new ArrayBlockingQueue<>(CAPACITY);
        private final Queue<Envelope> back = new ConcurrentLinkedQueue<>();
        private final Responder responder = new Responder(this::echo);
        private final Envelope envelope = newEnvelope();

        @Setup
        public void start() {
            responder.start();
        }

        @TearDown
        public void stop() throws InterruptedException {
            responder.stop();
        }

        Envelope ping() {
            out.add(envelope);
            return await(back);
        }

        private boolean echo() {
            try {
                return back.offer(out.take());
            } catch (final InterruptedException e) {
                return false; // stopped
            }
        }
    }

    private static Envelope newEnvelope() {
        final ReceiptQueue unused = new ReceiptQueue(CAPACITY, new Doorbell(() -> {}));
        return new EnvelopePool(new BlockPool(BlockPool.SLAB), unused).take();
    }

    private static Envelope await(final Queue<Envelope> back) {
        final Patience patience = new Patience();
        Envelope received = back.poll();
        while (received == null) {
            patience.spin();
            received = back.poll();
        }
        return received;
    }
}
