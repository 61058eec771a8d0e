package io.posthaste.jmh;

import io.posthaste.memory.Block;
import io.posthaste.wire.BareLineEndings;
import io.posthaste.wire.EndOfData;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Looking for bare CR and LF in a chunk of BDAT that fills one large block. Both count all of them, as a server must that
 * keeps them or makes them CRLF. See {@link EndOfDataBenchmark} for content that ends with a dot.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class BareLineEndingsBenchmark {
    private static final int OCTETS = Block.LARGE;
    private static final int PIECES = Block.LARGE / Block.SMALL;

    /** What the chunk looks like. */
    @Param
    public Chunk chunk;

    private ByteBuffer content;

    /** Content of a chunk. */
    public enum Chunk {
        /** Lines of 76 columns. */
        TEXT_76 {
            @Override
            void fill(final ByteBuffer content) {
                ContentShape.TEXT_76.putTo(content, content.capacity());
            }
        },
        /** Lines of 998 columns. */
        LONG_LINES {
            @Override
            void fill(final ByteBuffer content) {
                ContentShape.LONG_LINES.putTo(content, content.capacity());
            }
        },
        /** Every second octet a bare LF: an event for every two octets. */
        BARE_LF {
            @Override
            void fill(final ByteBuffer content) {
                while (content.remaining() > 1) {
                    content.put((byte) 'a').put((byte) '\n');
                }
            }
        };

        abstract void fill(ByteBuffer content);
    }

    /** Both must count the same. */
    @Setup
    public void fill() {
        content = ByteBuffer.allocateDirect(OCTETS);
        chunk.fill(content);
        if (bareLineEndings() != ByteLoopBareLineEndings.count(content, 0, OCTETS)) {
            throw new IllegalStateException("the scanners differ on " + chunk);
        }
    }

    /** One operation: 4 KiB scanned, event by event; whole blocks of 64 KiB are. */
    @Benchmark
    @OperationsPerInvocation(PIECES)
    public int scan(final Scanned scanned) {
        scanned.add(OCTETS);
        return bareLineEndings();
    }

    /** One operation: as {@link #scan}, octet by octet. */
    @Benchmark
    @OperationsPerInvocation(PIECES)
    public int baselineScanByByte(final Scanned scanned) {
        scanned.add(OCTETS);
        return ByteLoopBareLineEndings.count(content, 0, OCTETS);
    }

    private int bareLineEndings() {
        int position = 0;
        int state = EndOfData.MID_LINE;
        int count = 0;
        while (position < OCTETS) {
            final long answer = BareLineEndings.scan(content, position, OCTETS, state);
            position = EndOfData.position(answer);
            state = EndOfData.state(answer);
            count += EndOfData.event(answer) == EndOfData.NEED_MORE ? 0 : 1;
        }
        return state == EndOfData.AFTER_CR ? count + 1 : count;
    }
}
