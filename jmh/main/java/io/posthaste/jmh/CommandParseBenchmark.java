package io.posthaste.jmh;

import io.posthaste.wire.ArgumentError;
import io.posthaste.wire.BodyType;
import io.posthaste.wire.Extension;
import io.posthaste.wire.MailArguments;
import io.posthaste.wire.ParameterOptions;
import io.posthaste.wire.PathParser;
import io.posthaste.wire.RcptArguments;
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

/** From a command line in direct memory, its end known, to verb, mailbox and parameters. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CommandParseBenchmark {
    private static final ParameterOptions OPTIONS =
            ParameterOptions.of(false, Extension.SIZE, Extension.EIGHT_BIT_MIME);

    private final CommandLines mailLines = CommandLines.ofMail();
    private final CommandLines rcptLines = CommandLines.ofRcpt();
    private final MailArguments mailArguments = new MailArguments();
    private final RcptArguments rcptArguments = new RcptArguments();
    private final StringCommandParser strings = new StringCommandParser();

    /** Both parsers must understand every line, and the same: else the comparison means nothing. */
    @Setup
    public void compareParsers() {
        for (int i = 0; i < CommandLines.count(); i++) {
            mailLines.advance();
            rcptLines.advance();
            final boolean isSame = readMail() == ArgumentError.NONE
                    && strings.parseMail(mailLines.buffer(), mailLines.from(), mailLines.to())
                    && strings.mailbox().equals(mailbox(mailLines, mailArguments.path()))
                    && strings.declaredSize() == mailArguments.declaredSize()
                    && strings.isEightBit() == (mailArguments.bodyType() == BodyType.EIGHT_BIT_MIME)
                    && readRcpt() == ArgumentError.NONE
                    && strings.parseRcpt(rcptLines.buffer(), rcptLines.from(), rcptLines.to())
                    && strings.mailbox().equals(mailbox(rcptLines, rcptArguments.path()));
            if (!isSame) {
                throw new IllegalStateException("the parsers differ on lines " + i);
            }
        }
    }

    /** One operation: the verb of one MAIL line. */
    @Benchmark
    public Verb verb() {
        mailLines.advance();
        return Verb.of(mailLines.buffer(), mailLines.from(), mailLines.to());
    }

    /** One operation: as {@link #verb}, by way of a String of the line and a switch over strings. */
    @Benchmark
    public Verb baselineVerbAsString() {
        mailLines.advance();
        final String line = Octets.asString(mailLines.buffer(), mailLines.from(), mailLines.to());
        switch (StringCommandParser.verb(line)) {
            case "MAIL":
                return Verb.MAIL;
            case "RCPT":
                return Verb.RCPT;
            case "DATA":
                return Verb.DATA;
            case "EHLO":
                return Verb.EHLO;
            case "RSET":
                return Verb.RSET;
            case "QUIT":
                return Verb.QUIT;
            case "BDAT":
                return Verb.BDAT;
            default:
                return Verb.UNKNOWN;
        }
    }

    /** One operation: the verb and the arguments of one MAIL line. */
    @Benchmark
    public void mail(final Blackhole blackhole) {
        mailLines.advance();
        blackhole.consume(readMail());
        blackhole.consume(mailArguments.path().mailboxStart());
        blackhole.consume(mailArguments.path().mailboxEnd());
        blackhole.consume(mailArguments.declaredSize());
        blackhole.consume(mailArguments.bodyType());
    }

    /** One operation: as {@link #mail}, by way of a String. */
    @Benchmark
    public void baselineMailAsString(final Blackhole blackhole) {
        mailLines.advance();
        blackhole.consume(strings.parseMail(mailLines.buffer(), mailLines.from(), mailLines.to()));
        blackhole.consume(strings.mailbox());
        blackhole.consume(strings.declaredSize());
        blackhole.consume(strings.isEightBit());
    }

    /** One operation: the verb and the arguments of one RCPT line. */
    @Benchmark
    public void rcpt(final Blackhole blackhole) {
        rcptLines.advance();
        blackhole.consume(readRcpt());
        blackhole.consume(rcptArguments.path().mailboxStart());
        blackhole.consume(rcptArguments.path().domainStart());
        blackhole.consume(rcptArguments.path().mailboxEnd());
    }

    /** One operation: as {@link #rcpt}, by way of a String. */
    @Benchmark
    public void baselineRcptAsString(final Blackhole blackhole) {
        rcptLines.advance();
        blackhole.consume(strings.parseRcpt(rcptLines.buffer(), rcptLines.from(), rcptLines.to()));
        blackhole.consume(strings.mailbox());
    }

    private ArgumentError readMail() {
        final int from = mailLines.from();
        final int to = mailLines.to();
        final Verb verb = Verb.of(mailLines.buffer(), from, to);
        return verb == Verb.MAIL
                ? mailArguments.parse(mailLines.buffer(), from + verb.length(), to, OPTIONS)
                : ArgumentError.MALFORMED_KEYWORD;
    }

    private ArgumentError readRcpt() {
        final int from = rcptLines.from();
        final int to = rcptLines.to();
        final Verb verb = Verb.of(rcptLines.buffer(), from, to);
        return verb == Verb.RCPT
                ? rcptArguments.parse(rcptLines.buffer(), from + verb.length(), to, OPTIONS, false)
                : ArgumentError.MALFORMED_KEYWORD;
    }

    private static String mailbox(final CommandLines lines, final PathParser path) {
        return Octets.asString(lines.buffer(), path.mailboxStart(), path.mailboxEnd());
    }
}
