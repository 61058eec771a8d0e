package io.posthaste.jmh;

import io.posthaste.wire.ControlOctets;
import io.posthaste.wire.LineScanner;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Cutting a long pipelined segment of MAIL lines of 20 to 80 octets: where does the line end, and may it hold what it holds?
 * The baseline does both in one pass, which is how anybody would write a loop over octets; ours passes twice.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LineScanBenchmark {
    private final CommandLines lines = CommandLines.ofMail();
    private final ByteBuffer segment = lines.buffer();
    private final int end = lines.length();
    private int position;

    /** Both must cut the segment at the same places. */
    @Setup
    public void compareScanners() {
        for (int from = 0; from < end; ) {
            final int lf = endOfLine(from);
            if (lf < 0 || lf != ByteLoopLines.indexOfEnd(segment, from, end)) {
                throw new IllegalStateException("the scanners differ on the line at " + from);
            }
            from = lf + 1;
        }
    }

    /** One operation: the next line, found and looked through. */
    @Benchmark
    public int line() {
        return goBehind(endOfLine(position));
    }

    /** One operation: as {@link #line}, octet by octet. */
    @Benchmark
    public int baselineLineByByte() {
        return goBehind(ByteLoopLines.indexOfEnd(segment, position, end));
    }

    private int endOfLine(final int from) {
        final int lf = LineScanner.indexOfLf(segment, from, end);
        return lf <= from || segment.get(lf - 1) != '\r' || ControlOctets.isAnyIn(segment, from, lf - 1) ? -1 : lf;
    }

    private int goBehind(final int lf) {
        position = lf + 1 == end ? 0 : lf + 1;
        return lf;
    }
}
