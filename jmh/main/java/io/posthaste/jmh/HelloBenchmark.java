package io.posthaste.jmh;

import io.posthaste.wire.ArgumentError;
import io.posthaste.wire.HelloArgument;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The argument of EHLO to the bounds of the name. The baseline is that of {@link PathBenchmark}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HelloBenchmark {
    /** Forms of the name. */
    public enum Name {
        DOMAIN,
        IPV4,
        IPV6
    }

    @Param
    public Name name;

    private final HelloArgument argument = new HelloArgument();
    private CommandLines lines;

    /** Both must find the same names. */
    @Setup
    public void compareParsers() {
        lines = CommandLines.of(this::put);
        for (int i = 0; i < CommandLines.count(); i++) {
            final ArgumentError error = hello();
            final String ours = Octets.asString(lines.buffer(), argument.start(), argument.end());
            final String theirs = RegexAddress.helloName(lines.buffer(), lines.from(), lines.to());
            if (error != ArgumentError.NONE || !Objects.equals(ours, theirs)) {
                throw new IllegalStateException("the parsers differ: " + error + ", " + ours + ", " + theirs);
            }
        }
    }

    /** One operation: one name. */
    @Benchmark
    public ArgumentError hello() {
        lines.advance();
        return argument.parse(lines.buffer(), lines.from(), lines.to());
    }

    /** One operation: as {@link #hello}, by way of a String and a regular expression. */
    @Benchmark
    public String baselineHelloByRegex() {
        lines.advance();
        return RegexAddress.helloName(lines.buffer(), lines.from(), lines.to());
    }

    private void put(final LineWriter line) {
        line.text(" ");
        switch (name) {
            case DOMAIN:
                line.domain();
                break;
            case IPV4:
                Literals.putIpv4(line);
                break;
            default:
                Literals.putIpv6(line);
                break;
        }
    }
}
