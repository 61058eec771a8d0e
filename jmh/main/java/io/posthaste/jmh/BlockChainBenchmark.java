package io.posthaste.jmh;

import io.posthaste.memory.Block;
import io.posthaste.memory.BlockChain;
import io.posthaste.memory.BlockPool;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Keeping the content of a message that comes in reads of up to 64 KiB, and forgetting it. Every octet is copied once; a
 * reactor copies less, as it reads long content straight into the chain. The baseline is a growing array, new for every
 * message, since the one before may still be with the delivery.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BlockChainBenchmark {
    private static final int READ_OCTETS = Block.LARGE;

    /** Octets of the content. */
    @Param({"4096", "1048576"})
    public int octets;

    private final BlockChain chain = new BlockChain(new BlockPool(4L * BlockPool.SLAB));
    private final ByteBuffer in = ByteBuffer.allocateDirect(READ_OCTETS);

    /** One operation: one content appended, and its blocks given back. */
    @Benchmark
    public long content() {
        for (int rest = octets; rest > 0; rest -= READ_OCTETS) {
            if (!chain.append(in, 0, Math.min(rest, READ_OCTETS))) {
                throw new IllegalStateException("out of blocks");
            }
        }
        final long length = chain.length();
        chain.release();
        return length;
    }

    /** One operation: as {@link #content}, in an array. */
    @Benchmark
    public Object baselineContentInArray() {
        final GrowingContent content = new GrowingContent();
        for (int rest = octets; rest > 0; rest -= READ_OCTETS) {
            content.append(in, 0, Math.min(rest, READ_OCTETS));
        }
        return content;
    }
}
