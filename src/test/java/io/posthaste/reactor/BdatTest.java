package io.posthaste.reactor;

import static io.posthaste.reactor.Dialogue.that;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions with BDAT (RFC 3030), each at every split: see {@link DialogueRunner}. */
final class BdatTest {
    private static final String MAIL = "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n";
    /** Chunks of another kind of server: what runs them as commands quits. */
    private static final String COMMANDS =
            "NOOP\r\nMAIL FROM:<evil@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n";

    @ParameterizedTest(name = "{0}")
    @MethodSource({"messages", "contents", "outOfOrder", "malformed", "tooLarge", "between", "binary"})
    void shouldAnswerTheSameAtEverySplit(final Dialogue dialogue) {
        DialogueRunner.run(dialogue);
    }

    /** The command and its chunk. */
    private static String chunk(final String octets) {
        return "BDAT " + octets.length() + "\r\n" + octets;
    }

    private static String last(final String octets) {
        return "BDAT " + octets.length() + " LAST\r\n" + octets;
    }

    static Stream<Dialogue> messages() {
        return Stream.of(Setup.INLINE, Setup.QUEUED, Setup.INLINE.withoutContent())
                .flatMap(setup -> Stream.of(
                        that("one chunk")
                                .with(setup)
                                .greets()
                                .sends("MAIL FROM:<a@b.test>")
                                .replies(250)
                                .sends("RCPT TO:<c@d.test>")
                                .replies(250)
                                .sendsOctets(last("How are you?\r\n"))
                                .replies(250)
                                .delivers("How are you?\r\n")
                                .quits(),
                        that("several chunks")
                                .with(setup)
                                .greets()
                                .sendsOctets(MAIL + chunk("a"))
                                .replies(250, 250, 250)
                                .sendsOctets(chunk("bc\r") + chunk("\nd"))
                                .replies(250, 250)
                                .sendsOctets(last("e\r\n"))
                                .replies(250)
                                .delivers("abc\r\nde\r\n"),
                        that("chunks of nothing")
                                .with(setup)
                                .greets()
                                .sendsOctets(MAIL + chunk("") + chunk("x\r\n") + chunk("") + chunk("") + last(""))
                                .replies(250, 250, 250, 250, 250, 250, 250)
                                .delivers("x\r\n")
                                .sendsOctets(MAIL + last(""))
                                .replies(250, 250, 250)
                                .delivers(""),
                        that("a session in one segment")
                                .with(setup)
                                .sendsOctets("EHLO client.test\r\n" + MAIL + last("x\r\n") + "QUIT\r\n")
                                .replies(250, 250, 250, 250, 221)
                                .delivers("x\r\n"),
                        that("transactions in one segment, DATA among them")
                                .with(setup)
                                .greets()
                                .sendsOctets(MAIL + last("1") + MAIL + chunk("2") + last("2") + MAIL
                                        + "DATA\r\n3\r\n.\r\n" + MAIL + last("4") + "NO")
                                .replies(250, 250, 250, 250, 250, 250, 250, 250, 250, 354, 250, 250, 250, 250)
                                .delivers("1")
                                .delivers("22")
                                .delivers("3\r\n")
                                .delivers("4")
                                .sends("OP")
                                .replies(250),
                        that("BDAT behind HELO")
                                .with(setup)
                                .sendsOctets("HELO client.test\r\n" + MAIL + last("x"))
                                .replies(250, 250, 250, 250)
                                .delivers("a@b.test", List.of("c@d.test"), "x", false, false),
                        that("sizes and LAST as they may be written")
                                .with(setup)
                                .greets()
                                .sendsOctets(MAIL + "bdat 0001 \r\nxBDAT\t2\tlast \t\r\nyz")
                                .replies(250, 250, 250, 250)
                                .delivers("xyz")));
    }

    /** Content is counted: nothing in it means anything. */
    static Stream<Dialogue> contents() {
        return Stream.of(
                        ".",
                        "..",
                        ".\r\n",
                        "..x\r\n.y\r\n",
                        "x\r\n.\r\ny\r\n",
                        "\r\n.\r\nQUIT\r\n",
                        "\0\u00ff\u0080\u00e4",
                        "QUIT\r\n",
                        "BDAT 1 LAST\r\n",
                        "no line end",
                        "1234567890123456\r\n.\r\n890123456789012345678901234567890\r\n..\r\n")
                .map(octets -> that(octets)
                        .greets()
                        .sendsOctets(MAIL + last(octets) + "NOOP\r\n")
                        .replies(250, 250, 250, 250)
                        .delivers(octets));
    }

    static Stream<Dialogue> outOfOrder() {
        final Setup limited = Setup.INLINE.withDomains("d.test");
        final String chunks = chunk(COMMANDS) + chunk("") + last(COMMANDS);
        return Stream.of(
                that("BDAT before EHLO")
                        .sendsOctets(chunks)
                        .replies(503, 503, 503)
                        .greets()
                        .sendsOctets(MAIL + last("x"))
                        .replies(250, 250, 250)
                        .delivers("x"),
                that("BDAT before MAIL")
                        .greets()
                        .sendsOctets(chunks + MAIL + last("x"))
                        .replies(503, 503, 503, 250, 250, 250)
                        .delivers("x"),
                that("BDAT before RCPT")
                        .greets()
                        .sendsOctets("MAIL FROM:<a@b.test>\r\n" + chunks + "RCPT TO:<c@d.test>\r\n" + last("x"))
                        .replies(250, 503, 503, 503, 250, 250)
                        .delivers("x"),
                that("BDAT without valid recipients never runs its chunk")
                        .with(limited)
                        .sendsOctets("EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<c@e.test>\r\n" + chunks + "NOOP\r\n")
                        .replies(250, 250, 550, 554, 554, 554, 250),
                that("BDAT behind a refused MAIL never runs its chunk")
                        .with(limited)
                        .sendsOctets("EHLO a\r\nMAIL FROM:<\r\nRCPT TO:<c@d.test>\r\n" + chunks + "NOOP\r\n")
                        .replies(250, 501, 503, 503, 503, 503, 250),
                that("a chunk without end")
                        .greets()
                        .sendsOctets("BDAT 1000000000000000000\r\n" + COMMANDS.repeat(3))
                        .replies());
    }

    static Stream<Dialogue> malformed() {
        final Stream<Dialogue> unreadable = Stream.of(
                        "BDAT",
                        "BDAT ",
                        "BDAT LAST",
                        "BDAT -1",
                        "BDAT +1",
                        "BDAT 1x LAST",
                        "BDAT 0x10",
                        "BDAT 1,0",
                        "BDAT \u00b2")
                .flatMap(line -> Stream.of("", "EHLO a\r\n" + MAIL, "EHLO a\r\n" + MAIL + chunk("x"))
                        .map(before -> that(line + " in the state behind " + before)
                                .sendsOctets(before + line + "\r\n" + COMMANDS)
                                .replies(replies(before.isEmpty() ? 0 : before.endsWith("x") ? 4 : 3, 501, 421))));
        final Stream<Dialogue> unread = Stream.of(
                        "BDAT 5\n",
                        "BDAT\n",
                        "bdat 5 LAST\u0000\r\n",
                        "BDAT \r5\r\n",
                        "BDAT 5" + " ".repeat(3000) + "\r\n",
                        "BDAT 5" + " ".repeat(2043) + "\r\n",
                        "BDAT 5" + " ".repeat(3000) + "\n")
                .map(line -> that("a line not even read: " + line.substring(0, 5) + line.length())
                        .sendsOctets("EHLO a\r\n" + MAIL + line + COMMANDS)
                        .replies(250, 250, 250, 500, 421));
        final Stream<Dialogue> alike = Stream.of(that("what only looks like BDAT")
                .sendsOctets("BDATA 5\r\nNOOP BDAT\n BDAT 5\n" + "BDATX" + " ".repeat(3000) + "\r\nNOOP\r\n")
                .replies(500, 500, 500, 500, 250));
        final Stream<Dialogue> garbage = Stream.of("LASTT", "LAST LAST", "FIRST", "5 LAST", "LAST x", "-")
                .flatMap(words -> Stream.of(
                        that("garbage behind the size ends the message: " + words)
                                .greets()
                                .sendsOctets(MAIL + "BDAT 6 " + words + "\r\nQUIT\r\n" + chunk("y") + last("z"))
                                .replies(250, 250, 501, 503, 503)
                                .sendsOctets(MAIL + last("x"))
                                .replies(250, 250, 250)
                                .delivers("x"),
                        that("garbage behind a later size ends the message: " + words)
                                .greets()
                                .sendsOctets(MAIL + chunk("y\r") + "BDAT 6 " + words + "\r\nQUIT\r\n" + last("z"))
                                .replies(250, 250, 250, 501, 503)
                                .sendsOctets(MAIL + last("x"))
                                .replies(250, 250, 250)
                                .delivers("x"),
                        that("garbage behind the size, out of order: " + words)
                                .greets()
                                .sendsOctets("BDAT 6 " + words + "\r\nQUIT\r\nBDAT 0 " + words + "\r\nNOOP\r\n")
                                .replies(501, 501, 250)));
        return Stream.of(unreadable, unread, alike, garbage).flatMap(all -> all);
    }

    private static int[] replies(final int before, final int... codes) {
        final int[] all = new int[before + codes.length];
        java.util.Arrays.fill(all, 250);
        System.arraycopy(codes, 0, all, before, codes.length);
        return all;
    }

    static Stream<Dialogue> tooLarge() {
        final Setup limited = Setup.INLINE.withLimits(DialogueTest.limits(10, 2, 512));
        return Stream.of(limited, limited.withQueue(4), limited.withoutContent())
                .flatMap(setup -> Stream.of(
                        that("one chunk at the limit, one past it")
                                .with(setup)
                                .greets()
                                .sendsOctets(MAIL + last("1234567890") + MAIL + last("12345678901") + "NOOP\r\n")
                                .replies(250, 250, 250, 250, 250, 552, 250)
                                .delivers("1234567890"),
                        that("chunks past the limit together")
                                .with(setup)
                                .greets()
                                .sendsOctets(MAIL
                                        + chunk("12345")
                                        + chunk("QUIT\r\n")
                                        + chunk("QUIT\r\n")
                                        + last("QUIT\r\n"))
                                .replies(250, 250, 250, 552, 503, 503)
                                .sendsOctets(MAIL + chunk("12345") + last("67890"))
                                .replies(250, 250, 250, 250)
                                .delivers("1234567890"),
                        that("the first of many is past the limit")
                                .with(setup)
                                .greets()
                                .sendsOctets(MAIL + chunk(COMMANDS) + last(COMMANDS) + MAIL + last("x"))
                                .replies(250, 250, 552, 503, 250, 250, 250)
                                .delivers("x"),
                        that("a size past all limits")
                                .with(setup)
                                .greets()
                                .sendsOctets(MAIL + "BDAT 999999999999999999 LAST\r\n" + COMMANDS)
                                .replies(250, 250),
                        that("a size past counting")
                                .with(setup)
                                .greets()
                                .sendsOctets(MAIL + "BDAT 99999999999999999999999 LAST\r\n" + COMMANDS)
                                .replies(250, 250, 501, 421)));
    }

    static Stream<Dialogue> between() {
        return Stream.of(
                that("RSET between chunks")
                        .greets()
                        .sendsOctets(MAIL + chunk("lost\r\n") + "RSET\r\n" + last("QUIT\r\n") + MAIL + last("x"))
                        .replies(250, 250, 250, 250, 503, 250, 250, 250)
                        .delivers("x"),
                that("EHLO between chunks")
                        .greets()
                        .sendsOctets(MAIL + chunk("lost") + "EHLO client.test\r\n" + MAIL + chunk("x")
                                + "HELO a\r\nRSET\r\n")
                        .replies(250, 250, 250, 250, 250, 250, 250, 250, 250),
                that("commands that do not disturb")
                        .greets()
                        .sendsOctets(MAIL + chunk("a\r") + "NOOP\r\nHELP\r\nVRFY x\r\nXYZZY\r\n" + chunk("\nb")
                                + "RSET now\r\nEHLO\r\nNO\nOP\r\n" + last("c"))
                        .replies(250, 250, 250, 250, 214, 252, 500, 250, 501, 501, 500, 500, 250)
                        .delivers("a\r\nbc"),
                that("commands out of order")
                        .greets()
                        .sendsOctets(MAIL + chunk("a") + MAIL + "DATA\r\n" + last("c"))
                        .replies(250, 250, 250, 503, 503, 503, 250)
                        .delivers("ac"),
                that("QUIT between chunks")
                        .greets()
                        .sendsOctets(MAIL + chunk("a") + "QUIT\r\n" + last("c"))
                        .replies(250, 250, 250, 221),
                that("CR at the end of a chunk that is given up, LF first in the next message")
                        .greets()
                        .sendsOctets(MAIL + chunk("a\r") + "RSET\r\n" + MAIL + last("\nb"))
                        .replies(250, 250, 250, 250, 250, 250, 550));
    }

    static Stream<Dialogue> binary() {
        final String mail = "MAIL FROM:<a@b.test> BODY=BINARYMIME\r\nRCPT TO:<c@d.test>\r\n";
        return Stream.of(
                that("DATA behind BODY=BINARYMIME")
                        .greets()
                        .sendsOctets(mail + "DATA\r\nNOOP\r\n" + last("a\nb\rc\r\n.\r\n\0\r"))
                        .replies(250, 250, 503, 250, 250)
                        .delivers("a\nb\rc\r\n.\r\n\0\r")
                        .declaring("BINARYMIME")
                        .sendsOctets(MAIL + "DATA\r\n.\r\n")
                        .replies(250, 250, 354, 250)
                        .delivers(""),
                that("binary chunks")
                        .greets()
                        .sendsOctets(mail + chunk("\r") + chunk("\n\n") + chunk("\r\r") + last("\r"))
                        .replies(250, 250, 250, 250, 250, 250)
                        .delivers("\r\n\n\r\r\r")
                        .declaring("BINARYMIME"),
                that("text behind binary is judged again")
                        .greets()
                        .sendsOctets(mail + last("\n") + MAIL + last("\n"))
                        .replies(250, 250, 250, 250, 250, 550)
                        .delivers("\n")
                        .declaring("BINARYMIME"),
                that("8BITMIME by BDAT")
                        .greets()
                        .sendsOctets("MAIL FROM:<a@b.test> BODY=8BITMIME\r\nRCPT TO:<c@d.test>\r\n" + last("\u00e4"))
                        .replies(250, 250, 250)
                        .delivers("a@b.test", List.of("c@d.test"), "\u00e4", true, true));
    }
}
