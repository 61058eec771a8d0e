package io.posthaste.jmh;

import io.posthaste.memory.Block;
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
 * Finding the end of content and the dots to drop in one large block. The second figure of each row, {@code megabytes} per
 * millisecond, is GB/s.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class EndOfDataBenchmark {
    private static final int OCTETS = Block.LARGE;
    private static final int PIECES = Block.LARGE / Block.SMALL;

    /** What the content looks like. */
    @Param
    public ContentShape shape;

    private ByteBuffer content;

    /** Both scanners must find the same content: else the comparison means nothing. */
    @Setup
    public void fill() {
        content = ByteBuffer.allocateDirect(OCTETS);
        shape.putTo(content, OCTETS);
        final int octets = contentOctets();
        if (octets <= 0 || octets != ByteLoopEndOfData.contentOctets(content, 0, OCTETS)) {
            throw new IllegalStateException("the scanners differ on " + shape);
        }
    }

    /** One operation: 4 KiB of content scanned, event by event; whole blocks of 64 KiB are, to the end of data. */
    @Benchmark
    @OperationsPerInvocation(PIECES)
    public int scan(final Scanned scanned) {
        scanned.add(OCTETS);
        return contentOctets();
    }

    /** One operation: as {@link #scan}, octet by octet. */
    @Benchmark
    @OperationsPerInvocation(PIECES)
    public int baselineScanByByte(final Scanned scanned) {
        scanned.add(OCTETS);
        return ByteLoopEndOfData.contentOctets(content, 0, OCTETS);
    }

    /** Octets of the content; -1 when its end is missing or a CR or LF is bare. */
    private int contentOctets() {
        int position = 0;
        int state = EndOfData.LINE_START;
        int octets = 0;
        while (position < OCTETS) {
            final long answer = EndOfData.scan(content, position, OCTETS, state);
            final int next = EndOfData.position(answer);
            octets += next - position - EndOfData.withheld(answer);
            position = next;
            state = EndOfData.state(answer);
            switch (EndOfData.event(answer)) {
                case EndOfData.END_OF_DATA:
                    return octets;
                case EndOfData.BARE_CR:
                case EndOfData.BARE_LF:
                    return -1;
                default:
                    break;
            }
        }
        return -1;
    }
}
