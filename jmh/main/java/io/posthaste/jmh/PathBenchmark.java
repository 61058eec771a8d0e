package io.posthaste.jmh;

import io.posthaste.wire.ArgumentError;
import io.posthaste.wire.ParameterOptions;
import io.posthaste.wire.RcptArguments;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The forward-path by its form: {@code " TO:<…>"} to the bounds of its mailbox. {@link CommandParseBenchmark} has the
 * common form within whole commands. The baseline is a regular expression, compiled once, on a String of the octets, and
 * for literals the JDK's own address parser: what one writes who will not write a grammar by hand.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PathBenchmark {
    private static final ParameterOptions OPTIONS = ParameterOptions.of(false);

    /** What stands between the angle brackets. */
    @Param
    public Form form;

    private final RcptArguments arguments = new RcptArguments();
    private CommandLines lines;

    /** Forms of a mailbox (RFC 5321, 4.1.2 and 4.1.3). */
    public enum Form {
        DOMAIN {
            @Override
            void put(final LineWriter line) {
                line.mailbox();
            }
        },
        QUOTED {
            @Override
            void put(final LineWriter line) {
                line.text("\"").word(3, 12).text(" ").word(3, 12).text("\"@").domain();
            }
        },
        IPV4 {
            @Override
            void put(final LineWriter line) {
                line.localPart().text("@");
                Literals.putIpv4(line);
            }
        },
        IPV6 {
            @Override
            void put(final LineWriter line) {
                line.localPart().text("@");
                Literals.putIpv6(line);
            }
        };

        abstract void put(LineWriter line);
    }

    /** Both must find the same mailboxes. */
    @Setup
    public void compareParsers() {
        lines = CommandLines.of(line -> {
            form.put(line.text(" TO:<"));
            line.text(">");
        });
        for (int i = 0; i < CommandLines.count(); i++) {
            lines.advance();
            final String theirs = RegexAddress.mailbox(lines.buffer(), lines.from(), lines.to());
            if (parse() != ArgumentError.NONE || !mailbox().equals(theirs)) {
                throw new IllegalStateException("the parsers differ on line " + i + ": " + theirs);
            }
        }
    }

    /** One operation: one path. */
    @Benchmark
    public ArgumentError path() {
        lines.advance();
        return parse();
    }

    /** One operation: as {@link #path}, by way of a String and a regular expression. */
    @Benchmark
    public String baselinePathByRegex() {
        lines.advance();
        return RegexAddress.mailbox(lines.buffer(), lines.from(), lines.to());
    }

    private ArgumentError parse() {
        return arguments.parse(lines.buffer(), lines.from(), lines.to(), OPTIONS, false);
    }

    private String mailbox() {
        return Octets.asString(
                lines.buffer(),
                arguments.path().mailboxStart(),
                arguments.path().mailboxEnd());
    }
}
