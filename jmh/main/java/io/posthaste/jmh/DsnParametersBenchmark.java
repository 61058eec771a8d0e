package io.posthaste.jmh;

import io.posthaste.wire.ArgumentError;
import io.posthaste.wire.Extension;
import io.posthaste.wire.MailArguments;
import io.posthaste.wire.Notify;
import io.posthaste.wire.ParameterOptions;
import io.posthaste.wire.RcptArguments;
import io.posthaste.wire.ReturnType;
import io.posthaste.wire.Verb;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** MAIL and RCPT with the parameters of RFC 3461. The baseline is that of {@link CommandParseBenchmark}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DsnParametersBenchmark {
    private static final ParameterOptions OPTIONS = ParameterOptions.of(false, Extension.DSN);

    private final CommandLines mailLines = CommandLines.of(line -> line.text("MAIL FROM:<")
            .mailbox()
            .text("> RET=")
            .oneOf("HDRS", "FULL")
            .text(" ENVID=")
            .word(8, 40)
            .text("+2B")
            .word(1, 8));
    private final CommandLines rcptLines = CommandLines.of(line -> line.text("RCPT TO:<")
            .mailbox()
            .text("> NOTIFY=")
            .oneOf("NEVER", "FAILURE", "SUCCESS,FAILURE", "SUCCESS,FAILURE,DELAY")
            .text(" ORCPT=rfc822;")
            .word(3, 12)
            .text("+2B")
            .mailbox());
    private final MailArguments mailArguments = new MailArguments();
    private final RcptArguments rcptArguments = new RcptArguments();
    private final StringCommandParser strings = new StringCommandParser();

    /** Both must understand every line, and the same. */
    @Setup
    public void compareParsers() {
        for (int i = 0; i < CommandLines.count(); i++) {
            mailLines.advance();
            rcptLines.advance();
            final boolean isSame = readMail() == ArgumentError.NONE
                    && strings.parseMail(mailLines.buffer(), mailLines.from(), mailLines.to())
                    && strings.ret().equals(mailArguments.ret() == ReturnType.FULL ? "FULL" : "HDRS")
                    && strings.envid().equals(text(mailLines, mailArguments.envidStart(), mailArguments.envidEnd()))
                    && readRcpt() == ArgumentError.NONE
                    && strings.parseRcpt(rcptLines.buffer(), rcptLines.from(), rcptLines.to())
                    && strings.notifyOn().contains("SUCCESS") == ((rcptArguments.notifyOn() & Notify.SUCCESS) != 0)
                    && strings.orcpt().equals(text(rcptLines, rcptArguments.orcptStart(), rcptArguments.orcptEnd()));
            if (!isSame) {
                throw new IllegalStateException("the parsers differ on lines " + i);
            }
        }
    }

    /** One operation: the arguments of one MAIL line with RET and ENVID. */
    @Benchmark
    public void mail(final Blackhole blackhole) {
        mailLines.advance();
        blackhole.consume(readMail());
        blackhole.consume(mailArguments.ret());
        blackhole.consume(mailArguments.envidEnd());
    }

    /** One operation: as {@link #mail}, by way of a String. */
    @Benchmark
    public void baselineMailAsString(final Blackhole blackhole) {
        mailLines.advance();
        blackhole.consume(strings.parseMail(mailLines.buffer(), mailLines.from(), mailLines.to()));
        blackhole.consume(strings.ret());
        blackhole.consume(strings.envid());
    }

    /** One operation: the arguments of one RCPT line with NOTIFY and ORCPT. */
    @Benchmark
    public void rcpt(final Blackhole blackhole) {
        rcptLines.advance();
        blackhole.consume(readRcpt());
        blackhole.consume(rcptArguments.notifyOn());
        blackhole.consume(rcptArguments.orcptEnd());
    }

    /** One operation: as {@link #rcpt}, by way of a String. */
    @Benchmark
    public void baselineRcptAsString(final Blackhole blackhole) {
        rcptLines.advance();
        blackhole.consume(strings.parseRcpt(rcptLines.buffer(), rcptLines.from(), rcptLines.to()));
        blackhole.consume(strings.notifyOn());
        blackhole.consume(strings.orcpt());
    }

    private ArgumentError readMail() {
        final int from = mailLines.from();
        final int to = mailLines.to();
        final Verb verb = Verb.of(mailLines.buffer(), from, to);
        return mailArguments.parse(mailLines.buffer(), from + verb.length(), to, OPTIONS);
    }

    private ArgumentError readRcpt() {
        final int from = rcptLines.from();
        final int to = rcptLines.to();
        final Verb verb = Verb.of(rcptLines.buffer(), from, to);
        return rcptArguments.parse(rcptLines.buffer(), from + verb.length(), to, OPTIONS, false);
    }

    private static String text(final CommandLines lines, final int from, final int to) {
        return Octets.asString(lines.buffer(), from, to);
    }
}
