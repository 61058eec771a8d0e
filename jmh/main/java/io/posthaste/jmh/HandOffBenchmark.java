package io.posthaste.jmh;

import io.posthaste.envelope.Doorbell;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.EnvelopeQueue;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.memory.BlockPool;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jctools.queues.MessagePassingQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What an envelope's way to the delivery and back costs in instructions: both ends on one thread, nobody asleep, all in one
 * core's cache. See {@link HandOffPingBenchmark} for two threads.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HandOffBenchmark {
    private static final int CAPACITY = 1024;
    private static final int DRAIN_LIMIT = 64;

    private final EnvelopeQueue envelopes = new EnvelopeQueue(CAPACITY);
    private final ReceiptQueue receipts = new ReceiptQueue(CAPACITY, new Doorbell(() -> {}));
    private final MessagePassingQueue.Consumer<Envelope> onReceipt = this::onReceipt;

    private final Queue<Envelope> linkedOut = new ConcurrentLinkedQueue<>();
    private final Queue<Envelope> linkedBack = new ConcurrentLinkedQueue<>();
    private final Queue<Envelope> arrayOut = new ArrayBlockingQueue<>(CAPACITY);
    private final Queue<Envelope> arrayBack = new ArrayBlockingQueue<>(CAPACITY);

    private Envelope envelope = new EnvelopePool(new BlockPool(BlockPool.SLAB), receipts).take();

    /**
     * One operation: an envelope offered, polled, completed, its receipt drained; with the two looks (a full fence each)
     * whether the other side sleeps.
     */
    @Benchmark
    public Envelope handOff() {
        if (!envelopes.offer(envelope)) {
            throw new IllegalStateException("full");
        }
        envelope = null;
        envelopes.poll().complete();
        receipts.drain(onReceipt, DRAIN_LIMIT);
        return envelope;
    }

    /** One operation: an envelope through two unbounded linked queues, without any care for sleepers. */
    @Benchmark
    public Envelope baselineHandOffConcurrentLinkedQueue() {
        return thereAndBack(linkedOut, linkedBack);
    }

    /** One operation: an envelope through two bounded queues with locks, which wake sleepers. */
    @Benchmark
    public Envelope baselineHandOffArrayBlockingQueue() {
        return thereAndBack(arrayOut, arrayBack);
    }

    private Envelope thereAndBack(final Queue<Envelope> out, final Queue<Envelope> back) {
        if (!out.offer(envelope) || !back.offer(out.poll())) {
            throw new IllegalStateException("full");
        }
        envelope = back.poll();
        return envelope;
    }

    private void onReceipt(final Envelope received) {
        envelope = received;
    }
}
