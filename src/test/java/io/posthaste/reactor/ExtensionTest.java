package io.posthaste.reactor;

import static io.posthaste.reactor.Dialogue.that;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** SMTPUTF8 (RFC 6531), DSN (RFC 3461), LIMITS (RFC 9422), and that EHLO lists what is on. */
final class ExtensionTest {
    private static final String JOSE = octets("jos\u00e9@b\u00fccher.test");
    private static final String WANG = octets("\u738b@\u4f8b\u3048.test");
    private static final String BROKEN = "\u00c3(@b.test";

    @ParameterizedTest(name = "{0}")
    @MethodSource({"smtpUtf8", "dsn", "unannounced"})
    void shouldAnswerTheSameAtEverySplit(final Dialogue dialogue) {
        DialogueRunner.run(dialogue);
    }

    /** UTF-8, one character an octet. */
    private static String octets(final String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String utf8(final String octets) {
        return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    static Stream<Dialogue> smtpUtf8() {
        return Stream.of(
                that("UTF-8 addresses")
                        .greets()
                        .sends(
                                "MAIL FROM:<" + JOSE + "> SMTPUTF8",
                                "RCPT TO:<" + WANG + ">",
                                "RCPT TO:<c@d.test>",
                                "DATA")
                        .replies(250, 250, 250, 354)
                        .sends(".")
                        .replies(250)
                        .delivers(utf8(JOSE), List.of(utf8(WANG), "c@d.test"), "")
                        .declaring("SMTPUTF8")
                        .sends("MAIL FROM:<a@b.test>", "RCPT TO:<" + WANG + ">", "RCPT TO:<c@d.test>", "DATA", ".")
                        .replies(250, 501, 250, 354, 250)
                        .delivers(""),
                that("ASCII addresses with the parameter, whatever its case")
                        .greets()
                        .sends("MAIL FROM:<a@b.test> BODY=8BITMIME smtpUTF8 SIZE=1", "RCPT TO:<c@d.test>", "DATA", ".")
                        .replies(250, 250, 354, 250)
                        .delivers("a@b.test", List.of("c@d.test"), "", true, true)
                        .declaring("SMTPUTF8"),
                that("not without the parameter")
                        .sends("EHLO a", "MAIL FROM:<" + JOSE + ">", "MAIL FROM:<>", "RCPT TO:<" + WANG + ">")
                        .replies(250, 501, 250, 501),
                that("not without EHLO")
                        .sends("HELO a", "MAIL FROM:<" + JOSE + "> SMTPUTF8", "MAIL FROM:<a@b.test> SMTPUTF8")
                        .replies(250, 501, 555)
                        .sends("MAIL FROM:<>", "RCPT TO:<" + WANG + ">")
                        .replies(250, 501),
                that("the parameter has no value and comes once")
                        .sends(
                                "EHLO a",
                                "MAIL FROM:<> SMTPUTF8=1",
                                "MAIL FROM:<> SMTPUTF8=",
                                "MAIL FROM:<> SMTPUTF8 SMTPUTF8")
                        .replies(250, 501, 501, 501),
                that("malformed UTF-8")
                        .sends(
                                "EHLO a",
                                "MAIL FROM:<" + BROKEN + "> SMTPUTF8",
                                "MAIL FROM:<> SMTPUTF8",
                                "RCPT TO:<" + BROKEN + ">")
                        .replies(250, 501, 250, 501)
                        .sends(
                                "RCPT TO:<\u00ed\u00a0\u0080@d.test>",
                                "RCPT TO:<\u00c0\u00af@d.test>",
                                "RCPT TO:<x@\u00ff.test>")
                        .replies(501, 501, 501),
                that("VRFY and EXPN")
                        .sends(
                                "EHLO a",
                                "VRFY " + WANG,
                                "VRFY " + WANG + " SMTPUTF8",
                                "EXPN " + BROKEN + " SMTPUTF8",
                                "VRFY SMTPUTF8")
                        .replies(250, 501, 252, 501, 252)
                        .sends("HELO a", "VRFY " + WANG + " SMTPUTF8")
                        .replies(250, 501),
                that("UTF-8 in ORCPT goes by the transaction")
                        .greets()
                        .sends("MAIL FROM:<> SMTPUTF8", "RCPT TO:<c@d.test> ORCPT=utf-8;" + WANG, "DATA", ".")
                        .replies(250, 250, 354, 250)
                        .delivers("", List.of("c@d.test"), "")
                        .declaring("SMTPUTF8 1:ORCPT=utf-8;" + utf8(WANG))
                        .sends("MAIL FROM:<>", "RCPT TO:<c@d.test> ORCPT=utf-8;" + WANG)
                        .replies(250, 501),
                that("another domain is still another domain")
                        .with(Setup.INLINE.withDomains("d.test"))
                        .sends("EHLO a", "MAIL FROM:<> SMTPUTF8", "RCPT TO:<" + WANG + ">")
                        .replies(250, 250, 550)
                        .sends("RCPT TO:<" + octets("\u738b") + "@D.test>")
                        .replies(250));
    }

    static Stream<Dialogue> dsn() {
        final String longest = "rfc822;" + "x".repeat(493);
        return Stream.of(
                that("all parameters, recipients with and without")
                        .greets()
                        .sends(
                                "MAIL FROM:<a@b.test> RET=HDRS ENVID=QQ+2B1",
                                "RCPT TO:<1@d.test> NOTIFY=SUCCESS,FAILURE,DELAY")
                        .replies(250, 250)
                        .sends("RCPT TO:<2@d.test>", "RCPT TO:<3@d.test> ORCPT=rfc822;c+2Be@d.test NOTIFY=NEVER")
                        .replies(250, 250)
                        .sends("RCPT TO:<4@d.test> ORCPT=x-y;z", "DATA", ".")
                        .replies(250, 354, 250)
                        .delivers("a@b.test", List.of("1@d.test", "2@d.test", "3@d.test", "4@d.test"), "")
                        .declaring(declared("RET=HDRS ENVID=QQ+2B1 1:NOTIFY=%d 3:NOTIFY=%d 3:ORCPT=rfc822;c+2Be@d.test"
                                + " 4:ORCPT=x-y;z")),
                that("RET=FULL, and nothing of it in the next transaction")
                        .greets()
                        .sends(
                                "MAIL FROM:<a@b.test> ret=full envid=" + "e".repeat(100),
                                "RCPT TO:<c@d.test> notify=never")
                        .replies(250, 250)
                        .sends("DATA", ".")
                        .replies(354, 250)
                        .delivers("")
                        .declaring("RET=FULL ENVID=" + "e".repeat(100) + " 1:NOTIFY=" + io.posthaste.wire.Notify.NEVER)
                        .passesMail(".\r\n", ""),
                that("the longest ORCPT")
                        .greets()
                        .sends("MAIL FROM:<a@b.test>", "RCPT TO:<" + longMailbox() + "> ORCPT=" + longest, "DATA", ".")
                        .replies(250, 250, 354, 250)
                        .delivers("a@b.test", List.of(longMailbox()), "")
                        .declaring("1:ORCPT=" + longest),
                that("malformed parameters of MAIL")
                        .sends(
                                "EHLO a",
                                "MAIL FROM:<> RET=ALL",
                                "MAIL FROM:<> RET",
                                "MAIL FROM:<> ENVID=a+b",
                                "MAIL FROM:<> ENVID=")
                        .replies(250, 501, 501, 501, 501)
                        .sends(
                                "MAIL FROM:<> ENVID=" + "e".repeat(101),
                                "MAIL FROM:<> RET=FULL RET=FULL",
                                "MAIL FROM:<>")
                        .replies(501, 501, 250),
                that("malformed parameters of RCPT")
                        .sends("EHLO a", "MAIL FROM:<>", "RCPT TO:<c@d> NOTIFY=NEVER,DELAY", "RCPT TO:<c@d> NOTIFY=")
                        .replies(250, 250, 501, 501)
                        .sends(
                                "RCPT TO:<c@d> NOTIFY",
                                "RCPT TO:<c@d> NOTIFY=SOON",
                                "RCPT TO:<c@d> ORCPT=x",
                                "RCPT TO:<c@d> ORCPT=" + longest + "x")
                        .replies(501, 501, 501, 501)
                        .sends("RCPT TO:<c@d> ORCPT=rfc822;+0D+0A", "RCPT TO:<c@d> NOTIFY=NEVER NOTIFY=NEVER", "DATA")
                        .replies(501, 501, 554),
                that("parameters of the other command")
                        .sends(
                                "EHLO a",
                                "MAIL FROM:<> NOTIFY=NEVER",
                                "MAIL FROM:<>",
                                "RCPT TO:<c@d> RET=FULL",
                                "RCPT TO:<c@d> SMTPUTF8")
                        .replies(250, 555, 250, 555, 555));
    }

    private static String declared(final String format) {
        return String.format(
                format,
                io.posthaste.wire.Notify.SUCCESS | io.posthaste.wire.Notify.FAILURE | io.posthaste.wire.Notify.DELAY,
                io.posthaste.wire.Notify.NEVER);
    }

    private static String longMailbox() {
        return "c".repeat(64) + "@" + ("d".repeat(60) + ".").repeat(3) + "test";
    }

    static Stream<Dialogue> unannounced() {
        final Stream<Dialogue> behindHelo = Stream.of(
                        "SIZE=1", "BODY=7BIT", "BODY=BINARYMIME", "SMTPUTF8", "RET=FULL", "ENVID=x", "X")
                .map(parameter -> that("HELO and " + parameter)
                        .sends("HELO a", "MAIL FROM:<> " + parameter, "MAIL FROM:<>", "RCPT TO:<c@d> NOTIFY=NEVER")
                        .replies(250, 555, 250, 555));
        return Stream.concat(
                behindHelo,
                Stream.of(that("DSN not announced")
                        .with(Setup.INLINE.withoutDsn())
                        .sends("EHLO a", "MAIL FROM:<> RET=FULL", "MAIL FROM:<> ENVID=x", "MAIL FROM:<> RET=what")
                        .replies(250, 555, 555, 555)
                        .sends("MAIL FROM:<> SIZE=1", "RCPT TO:<c@d> NOTIFY=NEVER", "RCPT TO:<c@d> ORCPT=rfc822;x")
                        .replies(250, 555, 555)));
    }

    @Test
    void shouldAnnounceWhatIsOnAndNothingElse() {
        final List<String> all = List.of(
                "mx.test",
                "PIPELINING",
                "SIZE 5000",
                "8BITMIME",
                "ENHANCEDSTATUSCODES",
                "CHUNKING",
                "BINARYMIME",
                "SMTPUTF8",
                "LIMITS RCPTMAX=7",
                "DSN",
                "HELP");
        final Setup setup = Setup.INLINE.withLimits(DialogueTest.limits(5000, 7, 512));
        assertEquals(all, announced(setup));
        assertEquals(
                all.stream().filter(line -> !line.equals("DSN")).collect(Collectors.toList()),
                announced(setup.withoutDsn()));
    }

    /** RFC 9422: six digits at most. */
    @Test
    void shouldAnnounceNoMoreRecipientsThanCanBeWritten() {
        final Setup setup = Setup.INLINE.withLimits(DialogueTest.limits(5000, 1_000_000, 512));
        assertEquals("LIMITS RCPTMAX=999999", announced(setup).get(8));
    }

    private static List<String> announced(final Setup setup) {
        try (House house = new House(setup)) {
            final Client client = house.connect().sends("EHLO a").replies(220, 250);
            return client.lastReply().lines().map(line -> line.substring(4)).collect(Collectors.toList());
        }
    }
}
