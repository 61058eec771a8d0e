package io.posthaste.jmh;

import io.posthaste.wire.ArgumentError;
import io.posthaste.wire.BdatArguments;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The arguments of BDAT: {@code " size"} or {@code " size LAST"}. The baseline splits a String and lets the JDK read the
 * number.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BdatArgumentsBenchmark {
    private final CommandLines lines =
            CommandLines.of(line -> line.text(" ").number(1, 1_000_000).oneOf("", " LAST"));
    private final BdatArguments arguments = new BdatArguments();

    /** Both must read the same. */
    @Setup
    public void compareParsers() {
        for (int i = 0; i < CommandLines.count(); i++) {
            final long ours = chunk();
            if (ours != StringChunk.read(lines.buffer(), lines.from(), lines.to())) {
                throw new IllegalStateException("the parsers differ on line " + i + ": " + ours);
            }
        }
    }

    /** One operation: size, and whether it is the last, of one chunk. */
    @Benchmark
    public long chunk() {
        lines.advance();
        if (arguments.parse(lines.buffer(), lines.from(), lines.to()) != ArgumentError.NONE) {
            throw new IllegalStateException("malformed");
        }
        return arguments.isLast() ? arguments.size() : -arguments.size();
    }

    /** One operation: as {@link #chunk}, by way of a String. */
    @Benchmark
    public long baselineChunkAsString() {
        lines.advance();
        return StringChunk.read(lines.buffer(), lines.from(), lines.to());
    }
}
