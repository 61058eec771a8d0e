package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.reply.Reply;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command in every state between commands: its reply, and the state behind it. */
final class CommandOrderTest {
    /** Where a session can stand, how to get there, and what DATA then says: by that the state is told. */
    private enum Stand {
        FRESH(Reply.HELLO_FIRST),
        GREETED(Reply.MAIL_BEFORE_DATA, "EHLO a"),
        MAIL(Reply.RCPT_FIRST, "EHLO a", "MAIL FROM:<>"),
        REFUSED(Reply.NO_VALID_RECIPIENTS, "EHLO a", "MAIL FROM:<>", "RCPT TO:<c@elsewhere.test>"),
        RCPT(Reply.START_DATA, "EHLO a", "MAIL FROM:<>", "RCPT TO:<c@d.test>"),
        CHUNKS(Reply.CHUNKS_UNDER_WAY, "EHLO a", "MAIL FROM:<>", "RCPT TO:<c@d.test>", "BDAT 0");

        private final Reply fingerprint;
        private final String[] way;

        Stand(final Reply fingerprint, final String... way) {
            this.fingerprint = fingerprint;
            this.way = way;
        }
    }

    /**
     * Command, then for each stand: code and the stand behind it (= the same, g greeted, m mail, x refused, r rcpt, b
     * between chunks). The CRLF that every command gets is the chunk of BDAT 2.
     */
    private static final String[][] TABLE = {
        {"EHLO a.test", "250g", "250g", "250g", "250g", "250g", "250g"},
        {"HELO a.test", "250g", "250g", "250g", "250g", "250g", "250g"},
        {"EHLO", "501=", "501=", "501=", "501=", "501=", "501="},
        {"HELO", "501=", "501=", "501=", "501=", "501=", "501="},
        {"MAIL FROM:<a@b.test>", "503=", "250m", "503=", "503=", "503=", "503="},
        {"MAIL FROM:<a b>", "503=", "501=", "503=", "503=", "503=", "503="},
        {"MAIL FROM:<> SIZE=99999999999", "503=", "552=", "503=", "503=", "503=", "503="},
        {"MAIL FROM:<> X=Y", "503=", "555=", "503=", "503=", "503=", "503="},
        {"RCPT TO:<c@d.test>", "503=", "503=", "250r", "250r", "250r", "503="},
        {"RCPT TO:<c@elsewhere.test>", "503=", "503=", "550x", "550x", "550=", "503="},
        {"RCPT TO:<>", "503=", "503=", "501x", "501x", "501=", "503="},
        {"DATA now", "501=", "501=", "501=", "501=", "501=", "501="},
        {"RSET", "250=", "250=", "250g", "250g", "250g", "250g"},
        {"RSET now", "501=", "501=", "501=", "501=", "501=", "501="},
        {"NOOP", "250=", "250=", "250=", "250=", "250=", "250="},
        {"NOOP x y", "250=", "250=", "250=", "250=", "250=", "250="},
        {"VRFY x", "252=", "252=", "252=", "252=", "252=", "252="},
        {"VRFY", "501=", "501=", "501=", "501=", "501=", "501="},
        {"EXPN x", "252=", "252=", "252=", "252=", "252=", "252="},
        {"EXPN", "501=", "501=", "501=", "501=", "501=", "501="},
        {"HELP", "214=", "214=", "214=", "214=", "214=", "214="},
        {"HELP DATA", "214=", "214=", "214=", "214=", "214=", "214="},
        {"HELP STATUS", "211=", "211=", "211=", "211=", "211=", "211="},
        {"HELP nothing", "504=", "504=", "504=", "504=", "504=", "504="},
        {"QUIT now", "501=", "501=", "501=", "501=", "501=", "501="},
        {"BDAT 2\r\n", "503=", "503=", "503=", "554=", "250b", "250="},
        {"BDAT 2 LAST\r\n", "503=", "503=", "503=", "554=", "250g", "250g"},
        {"BDAT 2 FIRST\r\n", "501=", "501=", "501=", "501=", "501g", "501g"},
        {"STARTTLS", "502=", "502=", "502=", "502=", "502=", "502="},
        {"AUTH PLAIN", "502=", "502=", "502=", "502=", "502=", "502="},
        {"XYZZY", "500=", "500=", "500=", "500=", "500=", "500="},
        {"", "500=", "500=", "500=", "500=", "500=", "500="},
        {"NOOP \u0000", "500=", "500=", "500=", "500=", "500=", "500="},
    };

    static Stream<Arguments> table() {
        return Stream.of(TABLE)
                .flatMap(row ->
                        Stream.of(Stand.values()).map(stand -> Arguments.of(row[0], stand, row[1 + stand.ordinal()])));
    }

    @ParameterizedTest(name = "{0} when {1}: {2}")
    @MethodSource("table")
    void shouldKnowEveryCommandInEveryState(final String command, final Stand stand, final String expected) {
        try (House house = new House(Setup.INLINE.withDomains("d.test"))) {
            final Client client = house.connect();
            for (final String line : stand.way) {
                client.sends(line);
            }
            client.replies(client.allReplies().stream().mapToInt(Client::codeOf).toArray());

            client.sends(command).replies(Integer.parseInt(expected.substring(0, 3)));

            client.sends("DATA");
            assertEquals(behind(stand, expected.charAt(3)).fingerprint.line() + "\r\n", client.lastReply());
        }
    }

    @ParameterizedTest
    @MethodSource("stands")
    void shouldSayByeInEveryState(final Stand stand) {
        try (House house = new House(Setup.INLINE.withDomains("d.test"))) {
            final Client client = house.connect();
            for (final String line : stand.way) {
                client.sends(line);
            }
            client.sends("QUIT").isClosed();
            assertEquals(Reply.CLOSING.line() + "\r\n", client.lastReply());
        }
    }

    static List<Stand> stands() {
        return List.of(Stand.values());
    }

    private static Stand behind(final Stand stand, final char mark) {
        return switch (mark) {
            case '=' -> stand;
            case 'g' -> Stand.GREETED;
            case 'm' -> Stand.MAIL;
            case 'x' -> Stand.REFUSED;
            case 'r' -> Stand.RCPT;
            case 'b' -> Stand.CHUNKS;
            default -> throw new IllegalArgumentException("mark " + mark);
        };
    }
}
