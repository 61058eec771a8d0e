package io.posthaste.jmh;

import io.posthaste.memory.Block;
import io.posthaste.memory.BlockPool;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Taking a block and giving it back, eight of them out at once. Two baselines: the pool that anybody writes, a deque of
 * buffers of one size without a budget or a check, also last in, first out; and no pool at all, where the collector gives
 * back. Direct memory without a pool would be no fair one: it costs microseconds.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BlockPoolBenchmark {
    private static final int BLOCKS = 8;

    private final BlockPool pool = new BlockPool(4L * BlockPool.SLAB);
    private final Block[] taken = new Block[BLOCKS];
    private final ArrayDeque<ByteBuffer> smallBuffers = filled(Block.SMALL);
    private final ArrayDeque<ByteBuffer> largeBuffers = filled(Block.LARGE);
    private final ByteBuffer[] takenBuffers = new ByteBuffer[BLOCKS];

    /** One operation: a block of 4 KiB taken and given back. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void small() {
        for (int i = 0; i < BLOCKS; i++) {
            taken[i] = pool.tryTakeSmall();
        }
        releaseTaken();
    }

    /** One operation: as {@link #small}, from and to a deque. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void baselineSmallDeque() {
        takeAndRelease(smallBuffers);
    }

    /** One operation: as {@link #small}, on the heap, freshly allocated. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void baselineSmallHeap() {
        allocate(Block.SMALL);
    }

    /** One operation: a block of 64 KiB taken and given back. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void large() {
        for (int i = 0; i < BLOCKS; i++) {
            taken[i] = pool.tryTakeLarge();
        }
        releaseTaken();
    }

    /** One operation: as {@link #large}, from and to a deque. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void baselineLargeDeque() {
        takeAndRelease(largeBuffers);
    }

    /** One operation: as {@link #large}, on the heap, freshly allocated. */
    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public void baselineLargeHeap() {
        allocate(Block.LARGE);
    }

    private void releaseTaken() {
        for (int i = 0; i < BLOCKS; i++) {
            pool.release(taken[i]);
        }
    }

    private void takeAndRelease(final ArrayDeque<ByteBuffer> buffers) {
        for (int i = 0; i < BLOCKS; i++) {
            takenBuffers[i] = buffers.pop();
        }
        for (int i = 0; i < BLOCKS; i++) {
            buffers.push(takenBuffers[i].clear());
        }
    }

    private void allocate(final int octets) {
        for (int i = 0; i < BLOCKS; i++) {
            takenBuffers[i] = ByteBuffer.allocate(octets);
        }
    }

    private static ArrayDeque<ByteBuffer> filled(final int octets) {
        final ArrayDeque<ByteBuffer> buffers = new ArrayDeque<>();
        for (int i = 0; i < BLOCKS; i++) {
            buffers.push(ByteBuffer.allocateDirect(octets));
        }
        return buffers;
    }
}
