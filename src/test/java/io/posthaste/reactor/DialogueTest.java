package io.posthaste.reactor;

import static io.posthaste.reactor.Dialogue.that;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole sessions, each at every split: see {@link DialogueRunner}. */
final class DialogueTest {
    private static final String BODY = "Subject: hello\r\n\r\nHow are you?\r\n";

    @ParameterizedTest(name = "{0}")
    @MethodSource({"greetings", "commands", "lines", "arguments", "transactions", "pipelining"})
    void shouldAnswerTheSameAtEverySplit(final Dialogue dialogue) {
        DialogueRunner.run(dialogue);
    }

    static Stream<Dialogue> greetings() {
        return Stream.of(
                that("EHLO then QUIT").greets().quits(),
                that("HELO then QUIT").sends("HELO client.test").replies(250).quits(),
                that("QUIT at once").quits(),
                that("address literals in EHLO")
                        .sends("EHLO [192.0.2.1]")
                        .replies(250)
                        .sends("EHLO [IPv6:2001:db8::1]")
                        .replies(250),
                that("a name is required")
                        .sends("EHLO")
                        .replies(501)
                        .sends("HELO ")
                        .replies(501)
                        .sends("MAIL FROM:<a@b.test>")
                        .replies(503),
                that("a malformed name does not greet")
                        .sends("EHLO a..b")
                        .replies(501)
                        .sends("MAIL FROM:<a@b.test>")
                        .replies(503),
                that("EHLO resets the transaction")
                        .greets()
                        .sends("MAIL FROM:<a@b.test>", "EHLO other.test", "RCPT TO:<c@d.test>")
                        .replies(250, 250, 503),
                that("HELO resets the transaction and its extensions")
                        .named("other.test")
                        .greets()
                        .sends("MAIL FROM:<x@b.test>", "RCPT TO:<y@d.test>", "HELO other.test")
                        .replies(250, 250, 250)
                        .sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA", "x", ".")
                        .replies(250, 250, 354, 250)
                        .delivers("a@b.test", List.of("c@d.test"), "x\r\n", false, false),
                that("a malformed EHLO leaves the transaction alone")
                        .greets()
                        .sends("MAIL FROM:<a@b.test>", "EHLO", "RCPT TO:<c@d.test>")
                        .replies(250, 501, 250));
    }

    static Stream<Dialogue> commands() {
        return Stream.of(
                that("NOOP with and without argument")
                        .sends("NOOP", "NOOP anything at all", "noop\t")
                        .replies(250, 250, 250),
                that("RSET before and after EHLO")
                        .sends("RSET")
                        .replies(250)
                        .greets()
                        .sends("RSET")
                        .replies(250),
                that("RSET drops the transaction")
                        .greets()
                        .sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "RSET", "DATA")
                        .replies(250, 250, 250, 503),
                that("RSET leaves the greeting")
                        .greets()
                        .sends("MAIL FROM:<a@b.test>", "RSET", "MAIL FROM:<a@b.test>")
                        .replies(250, 250, 250),
                that("commands without argument refuse one")
                        .greets()
                        .sends("RSET now", "DATA now", "QUIT now", "QUIT")
                        .replies(501, 501, 501, 221),
                that("VRFY and EXPN do not tell")
                        .sends("VRFY someone", "EXPN list", "VRFY", "EXPN ")
                        .replies(252, 252, 501, 501),
                that("HELP")
                        .sends("HELP", "HELP MAIL", "help rcpt", "HELP 503", "HELP STATUS", "HELP nonsense")
                        .replies(214, 214, 214, 214, 211, 504),
                that("commands of extensions not offered")
                        .greets()
                        .sends("STARTTLS", "AUTH PLAIN", "AUTH")
                        .replies(502, 502, 502),
                that("unknown verbs").sends("XYZZY", "MAILX", "MAI", "NOOPS").replies(500, 500, 500, 500),
                that("any case")
                        .named("Client.TEST")
                        .sends("eHLo Client.TEST", "mAiL fRoM:<A@b.test>", "rCpT tO:<c@D.test>", "dAtA")
                        .replies(250, 250, 250, 354)
                        .sends("x", ".")
                        .replies(250)
                        .delivers("A@b.test", List.of("c@D.test"), "x\r\n")
                        .sends("qUiT")
                        .replies(221),
                that("white space behind commands")
                        .sends("EHLO client.test \t", "MAIL FROM:<a@b.test> ", "RCPT TO:<c@d.test>\t", "DATA  ", ".")
                        .replies(250, 250, 250, 354, 250)
                        .delivers("")
                        .sends("RSET\t", "QUIT  ")
                        .replies(250, 221),
                that("nothing behind QUIT is answered")
                        .sends("QUIT", "NOOP", "NOOP")
                        .replies(221),
                that("QUIT in a transaction drops it")
                        .greets()
                        .sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "QUIT")
                        .replies(250, 250, 221));
    }

    static Stream<Dialogue> lines() {
        final List<Dialogue> all = new ArrayList<>(List.of(
                that("an empty line").sends("", "NOOP").replies(500, 250),
                that("a line of spaces").sends("   ", "NOOP").replies(500, 250),
                that("white space before a verb").sends(" NOOP").replies(500),
                that("a bare LF does not end a command properly")
                        .sendsOctets("NOOP\nNOOP\r\n\nNOOP\r\n")
                        .replies(500, 250, 500, 250),
                that("a bare LF never opens a transaction")
                        .greets()
                        .sendsOctets("MAIL FROM:<a@b.test>\nRCPT TO:<c@d.test>\r\n")
                        .replies(500, 503),
                that("a bare CR within a line")
                        .sendsOctets("NO\rOP\r\nNOOP\r\r\nNOOP\r\n")
                        .replies(500, 500, 250),
                that("control octets")
                        .sendsOctets("NOOP \0\r\nNOOP \u0001\r\nNOOP \u007f\r\nNOOP \u001b\r\n\0\r\n")
                        .replies(500, 500, 500, 500, 500)
                        .sends("NOOP")
                        .replies(250),
                that("octets above 127 in commands")
                        .sendsOctets("NOOP \u00e4\r\n\u00ff\u00fe\r\nEHLO \u00e4.test\r\n")
                        .replies(250, 500, 501)));
        for (final int length : new int[] {512, 1000, 2047, 2048}) {
            all.add(that("a line of " + length + " octets")
                    .sends("NOOP " + "x".repeat(length - 7), "NOOP")
                    .replies(250, 250));
        }
        for (final int length : new int[] {2049, 2050, 4096, 4097, 10_000, 70_000}) {
            all.add(that("a line of " + length + " octets")
                    .sends("NOOP " + "x".repeat(length - 7), "NOOP")
                    .replies(500, 250));
        }
        all.add(that("two long lines in a row")
                .sends("x".repeat(3000), "y".repeat(3000), "NOOP")
                .replies(500, 500, 250));
        all.add(that("a long line that ends in a bare LF")
                .sendsOctets("x".repeat(3000) + "\nNOOP\r\n")
                .replies(500, 250));
        all.add(that("the limit is configurable")
                .with(Setup.INLINE.withLimits(limits(1000, 10, 512)))
                .sends("NOOP " + "x".repeat(505), "NOOP " + "x".repeat(506), "NOOP")
                .replies(250, 500, 250));
        return all.stream();
    }

    static io.posthaste.policy.Limits limits(final long message, final int recipients, final int line) {
        final io.posthaste.policy.Limits usual = Setup.INLINE.limits();
        return new io.posthaste.policy.Limits(
                message,
                recipients,
                line,
                usual.commandTimeoutNs(),
                usual.dataTimeoutNs(),
                usual.writeTimeoutNs(),
                usual.handOffTimeoutNs(),
                usual.memoryTimeoutNs());
    }

    static Stream<Dialogue> arguments() {
        final List<Dialogue> all = new ArrayList<>();
        for (final String mail : new String[] {
            "MAIL",
            "MAIL ",
            "MAIL FROM",
            "MAIL FROM:",
            "MAIL FROM:a@b.test",
            "MAIL FROM:<a@b.test",
            "MAIL TO:<a@b.test>",
            "MAIL FROM: <a@b.test>",
            "MAIL FROM :<a@b.test>",
            "MAIL  FROM:<a@b.test>",
            "MAIL FROM:<a b@c.test>",
            "MAIL FROM:<a>",
            "MAIL FROM:<@b.test>",
            "MAIL FROM:<a@>",
            "MAIL FROM:<a@b..test>",
            "MAIL FROM:<a..b@c.test>",
            "MAIL FROM:<a@-b.test>",
            "MAIL FROM:<a@[300.0.0.1]>",
            "MAIL FROM:<postmaster>",
            "MAIL FROM:<a@b.test> SIZE",
            "MAIL FROM:<a@b.test> SIZE=",
            "MAIL FROM:<a@b.test> SIZE=x",
            "MAIL FROM:<a@b.test> BODY=9BIT",
            "MAIL FROM:<a@b.test> SIZE=1 SIZE=1",
            "MAIL FROM:<a@b.test>SIZE=1",
            "MAIL FROM:<a@b.test>  SIZE=1",
            "MAIL FROM:<a@b.test> =1",
            "MAIL FROM:<\u00e4@b.test>",
            "MAIL FROM:<" + "a".repeat(65) + "@b.test>"
        }) {
            all.add(that("501 " + mail)
                    .sends("EHLO a", mail, "MAIL FROM:<a@b.test>")
                    .replies(250, 501, 250));
        }
        for (final String rcpt : new String[] {
            "RCPT",
            "RCPT TO:",
            "RCPT TO:<>",
            "RCPT TO:c@d.test",
            "RCPT TO:<c@d.test",
            "RCPT FROM:<c@d.test>",
            "RCPT TO: <c@d.test>",
            "RCPT TO:<c>",
            "RCPT TO:<c d@e.test>"
        }) {
            all.add(that("501 " + rcpt)
                    .sends("EHLO a", "MAIL FROM:<>", rcpt, "RCPT TO:<c@d>")
                    .replies(250, 250, 501, 250));
        }
        all.add(that("555 parameters not offered")
                .sends("EHLO a", "MAIL FROM:<a@b> AUTH=<>", "MAIL FROM:<>", "RCPT TO:<c@d> SIZE=1")
                .replies(250, 555, 250, 555));
        all.add(that("tolerant of spaces when configured")
                .with(Setup.INLINE.tolerant())
                .greets()
                .sends("MAIL FROM: <a@b.test>", "RCPT  TO : <c@d.test>", "DATA", ".")
                .replies(250, 250, 354, 250)
                .delivers(""));
        return all.stream();
    }

    static Stream<Dialogue> transactions() {
        return Stream.of(
                that("one message").greets().passesMail(BODY + ".\r\n", BODY).quits(),
                that("one message, queued")
                        .with(Setup.QUEUED)
                        .greets()
                        .passesMail(BODY + ".\r\n", BODY)
                        .quits(),
                that("one message, content not kept")
                        .with(Setup.INLINE.withoutContent())
                        .greets()
                        .passesMail(BODY + ".\r\n", BODY)
                        .quits(),
                that("HELO instead of EHLO")
                        .sends("HELO client.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA", "x", ".")
                        .replies(250, 250, 250, 354, 250)
                        .delivers("a@b.test", List.of("c@d.test"), "x\r\n", false, false),
                that("8BITMIME")
                        .greets()
                        .sends("MAIL FROM:<a@b.test> BODY=8BITMIME SIZE=10", "RCPT TO:<c@d.test>", "DATA")
                        .replies(250, 250, 354)
                        .sendsOctets("\u00e4\u0000\u00ff\r\n.\r\n")
                        .replies(250)
                        .delivers("a@b.test", List.of("c@d.test"), "\u00e4\u0000\u00ff\r\n", true, true),
                that("several recipients in their order")
                        .greets()
                        .sends("MAIL FROM:<a@b.test>", "RCPT TO:<1@d.test>", "RCPT TO:<2@d.test>", "RCPT TO:<1@d.test>")
                        .replies(250, 250, 250, 250)
                        .sends("DATA", "x", ".")
                        .replies(354, 250)
                        .delivers("a@b.test", List.of("1@d.test", "2@d.test", "1@d.test"), "x\r\n"),
                that("null reverse-path, bare postmaster, quoted local part, source route, literal")
                        .greets()
                        .sends("MAIL FROM:<>", "RCPT TO:<PostMaster>", "RCPT TO:<\"a b\\\"c\"@d.test>")
                        .replies(250, 250, 250)
                        .sends("RCPT TO:<@r.test,@s.test:e@f.test>", "RCPT TO:<x@[192.0.2.1]>", "DATA", ".")
                        .replies(250, 250, 354, 250)
                        .delivers("", List.of("PostMaster", "\"a b\\\"c\"@d.test", "e@f.test", "x@[192.0.2.1]"), ""),
                that("relay denied, but never for postmaster")
                        .with(Setup.INLINE.withDomains("d.test"))
                        .greets()
                        .sends(
                                "MAIL FROM:<a@b.test>",
                                "RCPT TO:<c@e.test>",
                                "RCPT TO:<c@D.TEST>",
                                "RCPT TO:<postmaster>")
                        .replies(250, 550, 250, 250)
                        .sends("RCPT TO:<@d.test:c@e.test>", "RCPT TO:<c@sub.d.test>", "DATA", ".")
                        .replies(550, 550, 354, 250)
                        .delivers("a@b.test", List.of("c@D.TEST", "postmaster"), ""),
                that("no valid recipients")
                        .with(Setup.INLINE.withDomains("d.test"))
                        .sends("EHLO a", "MAIL FROM:<>", "RCPT TO:<c@e>", "DATA", "RCPT TO:<c@d.test>", "DATA", "RSET")
                        .replies(250, 250, 550, 554, 250, 354),
                that("a refused recipient is forgotten with its transaction")
                        .with(Setup.INLINE.withDomains("d.test"))
                        .sends("EHLO a", "MAIL FROM:<>", "RCPT TO:<c@e>", "RSET", "MAIL FROM:<>", "DATA")
                        .replies(250, 250, 550, 250, 250, 503),
                that("too many recipients")
                        .with(Setup.INLINE.withLimits(limits(1000, 2, 512)))
                        .greets()
                        .sends("MAIL FROM:<>", "RCPT TO:<1@d>", "RCPT TO:<2@d>", "RCPT TO:<3@d>", "DATA", ".")
                        .replies(250, 250, 250, 452, 354, 250)
                        .delivers("", List.of("1@d", "2@d"), ""),
                that("declared size too large")
                        .with(Setup.INLINE.withLimits(limits(1000, 2, 512)))
                        .sends("EHLO a", "MAIL FROM:<> SIZE=1001", "MAIL FROM:<> SIZE=99999999999999999999")
                        .replies(250, 552, 552)
                        .sends("RCPT TO:<c@d>", "MAIL FROM:<> SIZE=1000")
                        .replies(503, 250),
                that("actual size at the limit and past it, then the next transaction")
                        .with(Setup.INLINE.withLimits(limits(10, 2, 512)))
                        .greets()
                        .passesMail("12345678\r\n.\r\n", "12345678\r\n")
                        .sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA", "123456789", ".")
                        .replies(250, 250, 354, 552)
                        .passesMail("..\r\n.\r\n", ".\r\n"),
                that("too large by many lines, commands in it never run")
                        .with(Setup.INLINE.withLimits(limits(10, 2, 512)))
                        .startsData()
                        .sends("1234567890", "QUIT", "MAIL FROM:<x@y>", "..", ".")
                        .replies(552)
                        .sends("NOOP")
                        .replies(250));
    }

    static Stream<Dialogue> pipelining() {
        final String mail = "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n";
        return Stream.of(
                that("a whole session in one segment")
                        .sendsOctets("EHLO client.test\r\n" + mail + "x\r\n.\r\nQUIT\r\n")
                        .replies(250, 250, 250, 354, 250, 221)
                        .delivers("x\r\n"),
                that("a whole session in one segment, queued")
                        .with(Setup.QUEUED)
                        .sendsOctets("EHLO client.test\r\n" + mail + "x\r\n.\r\nQUIT\r\n")
                        .replies(250, 250, 250, 354, 250, 221)
                        .delivers("x\r\n"),
                that("three transactions in one segment")
                        .greets()
                        .sendsOctets(mail + "1\r\n.\r\n" + mail + "2\r\n.\r\n" + mail + ".\r\nNOOP\r\n")
                        .replies(250, 250, 354, 250, 250, 250, 354, 250, 250, 250, 354, 250, 250)
                        .delivers("1\r\n")
                        .delivers("2\r\n")
                        .delivers(""),
                that("three transactions in one segment, queued")
                        .with(Setup.QUEUED)
                        .greets()
                        .sendsOctets(mail + "1\r\n.\r\n" + mail + "2\r\n.\r\n" + mail + ".\r\nNOOP\r\n")
                        .replies(250, 250, 354, 250, 250, 250, 354, 250, 250, 250, 354, 250, 250)
                        .delivers("1\r\n")
                        .delivers("2\r\n")
                        .delivers(""),
                that("QUIT behind the end of data")
                        .startsData()
                        .sends("x", ".", "QUIT")
                        .replies(250, 221)
                        .delivers("x\r\n"),
                that("half a command behind the end of data")
                        .startsData()
                        .sendsOctets("x\r\n.\r\nNO")
                        .replies(250)
                        .delivers("x\r\n")
                        .sendsOctets("OP\r\n")
                        .replies(250),
                that("errors do not disturb what is behind them")
                        .greets()
                        .sends("MAIL FROM:<a b>", "RCPT TO:<c@d.test>", "DATA", "NOOP")
                        .replies(501, 503, 503, 250));
    }
}
