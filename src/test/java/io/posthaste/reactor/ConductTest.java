package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.EarlyTalker;
import io.posthaste.reply.Reply;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits on how a client behaves: what is allowed goes through, one more is told why and closed. */
final class ConductTest {
    private static final ConductLimits NONE = ConductLimits.NONE;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private static House house(final ConductLimits conduct) {
        return new House(Setup.INLINE.withDomains("d.test").withConduct(conduct));
    }

    /** The 421 came last, its reason is counted once, and the connection is over. */
    private static void isSentAwayBy(
            final House house, final Client client, final Reply reply, final CloseReason reason) {
        assertEquals(reply.line() + "\r\n", client.lastReply());
        client.closes().isClosed();
        assertEquals(1, house.closes(reason));
        house.close();
        assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
    }

    private static Client greeted(final House house) {
        return house.connect().replies(220);
    }

    private static void sendsAMessage(final Client client) {
        client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA").replies(250, 250, 354);
        client.sends("Subject: hello", "", "text", ".").replies(250);
    }

    // Errors

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FROBNICATE", // 500
                "MAIL FROM <a@b.test>", // 503, no EHLO yet
                "RSET 1", // 501
                "AUTH PLAIN", // 502
                "VRFY", // 501
                "NO\u0001OP" // 500, refused unread
            })
    void shouldCountErrors(final String line) {
        final House house = house(NONE.withErrors(2));
        final Client client = greeted(house);
        client.sends(line);
        client.sends(line);
        assertEquals(3, client.allReplies().size());
        client.isOpen().sends(line);
        assertEquals(5, client.allReplies().size());
        isSentAwayBy(house, client, Reply.TOO_MANY_ERRORS, CloseReason.ERROR_LIMIT);
    }

    @Test
    void shouldCountUnknownParameters() {
        final House house = house(NONE.withErrors(0));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        client.sends("MAIL FROM:<a@b.test> COLOUR=RED").replies(555, 421);
        isSentAwayBy(house, client, Reply.TOO_MANY_ERRORS, CloseReason.ERROR_LIMIT);
    }

    @Test
    void shouldCountAChunkRefusedBehindItsOctets() {
        final House house = house(NONE.withErrors(1));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        client.sendsOctets("BDAT 5\r\nabcdeBDAT 4 LAST\r\n").replies(503);
        client.sendsOctets("ab").repliesNothing().sendsOctets("cd").replies(503, 421);
        isSentAwayBy(house, client, Reply.TOO_MANY_ERRORS, CloseReason.ERROR_LIMIT);
    }

    @Test
    void shouldRunNoCommandBehindTheLastError() {
        final House house = house(NONE.withErrors(0));
        final Client client = greeted(house);
        client.sends("EHLO c.test", "WHAT", "MAIL FROM:<a@b.test>", "NOOP").replies(250, 500, 421);
        isSentAwayBy(house, client, Reply.TOO_MANY_ERRORS, CloseReason.ERROR_LIMIT);
    }

    @Test
    void shouldForgiveErrorsForAMessage() {
        final House house = house(NONE.withErrors(2));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        for (int i = 0; i < 5; i++) {
            client.sends("ONE", "TWO").replies(500, 500);
            sendsAMessage(client);
        }
        client.sends("ONE", "TWO", "THREE").replies(500, 500, 500, 421);
        isSentAwayBy(house, client, Reply.TOO_MANY_ERRORS, CloseReason.ERROR_LIMIT);
    }

    @Test
    void shouldNotCountWhatIsNoErrorOfTheDialogue() {
        final House house = house(NONE.withErrors(0));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@elsewhere.test>", "RCPT TO:<c@d.test>", "DATA")
                .replies(250, 550, 250, 354);
        client.sendsOctets("bare\nline\r\n.\r\n").replies(550);
        client.sends("QUIT").replies(221).isClosed();
        assertEquals(1, house.closes(CloseReason.QUIT));
        house.close();
    }

    /** The client is on its way out anyway. */
    @Test
    void shouldNotAddToTheLastWords() {
        final House house = house(NONE.withErrors(0));
        final Client client = greeted(house);
        client.sends("BDAT x").replies(501, 421);
        isSentAwayBy(house, client, Reply.LOST_STEP, CloseReason.LOST_STEP);
    }

    // Commands without mail

    @ParameterizedTest
    @ValueSource(strings = {"NOOP", "RSET", "VRFY <c@d.test>", "EXPN <c@d.test>", "HELP", "HELO c.test", "EHLO c.test"})
    void shouldCountCommandsWithoutMail(final String line) {
        final House house = house(NONE.withIdleCommands(3));
        final Client client = greeted(house);
        client.sends(line, line, line);
        assertEquals(4, client.allReplies().size());
        client.isOpen().sends(line);
        assertEquals(6, client.allReplies().size());
        isSentAwayBy(house, client, Reply.TOO_MANY_IDLE_COMMANDS, CloseReason.IDLE_COMMAND_LIMIT);
    }

    @Test
    void shouldForgiveIdleCommandsForAMessage() {
        final House house = house(NONE.withIdleCommands(3));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        for (int i = 0; i < 5; i++) {
            client.sends("RSET", "NOOP").replies(250, 250);
            sendsAMessage(client);
        }
        client.sends("RSET", "NOOP", "RSET", "NOOP").replies(250, 250, 250, 250, 421);
        isSentAwayBy(house, client, Reply.TOO_MANY_IDLE_COMMANDS, CloseReason.IDLE_COMMAND_LIMIT);
    }

    /** Transactions that never come to a message are ended by RSET, and that is counted. */
    @Test
    void shouldDropATransactionThatIsOpen() {
        final House house = house(NONE.withIdleCommands(1));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "NOOP").replies(250, 250, 250, 421);
        isSentAwayBy(house, client, Reply.TOO_MANY_IDLE_COMMANDS, CloseReason.IDLE_COMMAND_LIMIT);
    }

    // Recipients refused

    @Test
    void shouldCountRefusedRecipientsOverTheSession() {
        final House house = house(NONE.withRefusedRecipients(2));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<1@e.test>", "RCPT TO:<2@e.test>", "RCPT TO:<c@d.test>", "DATA")
                .replies(250, 550, 550, 250, 354);
        client.sends("text", ".").replies(250);
        client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "RCPT TO:<3@e.test>", "DATA")
                .replies(250, 250, 550, 421);
        isSentAwayBy(house, client, Reply.TOO_MANY_REFUSED_RECIPIENTS, CloseReason.REFUSED_RECIPIENT_LIMIT);
    }

    // Rate of commands

    @Test
    void shouldLimitTheRateOfCommandsBehindABurst() {
        final House house = house(NONE.withCommandsPerSecond(2));
        final Client client = greeted(house);
        final int burst = 2 * ConductLimits.COMMAND_BURST_SECONDS;
        for (int i = 0; i < burst; i++) {
            client.sends("NOOP").replies(250);
        }
        for (int i = 0; i < 100; i++) {
            house.passes(SECOND_NS / 2);
            client.sends("NOOP").replies(250);
        }
        client.sends("NOOP").replies(250, 421);
        isSentAwayBy(house, client, Reply.COMMANDS_TOO_FAST, CloseReason.COMMAND_RATE_LIMIT);
    }

    @Test
    void shouldSaveUpNoMoreThanABurst() {
        final House house = house(NONE.withCommandsPerSecond(1));
        final Client client = greeted(house);
        house.passes(60 * SECOND_NS);
        for (int i = 0; i < ConductLimits.COMMAND_BURST_SECONDS; i++) {
            client.sends("NOOP").replies(250);
        }
        client.sends("NOOP").replies(250, 421);
        isSentAwayBy(house, client, Reply.COMMANDS_TOO_FAST, CloseReason.COMMAND_RATE_LIMIT);
    }

    @Test
    void shouldNotSlowDownMail() {
        final House house = house(NONE.withCommandsPerSecond(1));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        for (int i = 0; i < 100; i++) {
            sendsAMessage(client);
        }
        client.sends("MAIL FROM:<a@b.test>").replies(250);
        for (int i = 0; i < Setup.INLINE.limits().recipients(); i++) {
            client.sends("RCPT TO:<" + i + "@d.test>").replies(250);
        }
        client.sends("QUIT").replies(221);
        house.close();
    }

    /** Recipients above the limit are answered 452 as often as they are sent. */
    @Test
    void shouldCountRecipientsThatAreNotTaken() {
        final House house = new House(Setup.INLINE
                .withLimits(Setup.INLINE.limits().withRecipients(1))
                .withConduct(NONE.withCommandsPerSecond(1)));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>").replies(250, 250);
        for (int i = 0; i < ConductLimits.COMMAND_BURST_SECONDS - 2; i++) {
            client.sends("RCPT TO:<c@d.test>").replies(452);
        }
        client.sends("RCPT TO:<c@d.test>").replies(452, 421);
        isSentAwayBy(house, client, Reply.COMMANDS_TOO_FAST, CloseReason.COMMAND_RATE_LIMIT);
    }

    /** They are answered 250 as often as they are sent, and bring nothing. */
    @Test
    void shouldCountEmptyChunks() {
        final House house = house(NONE.withCommandsPerSecond(1));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>").replies(250, 250);
        for (int i = 0; i < ConductLimits.COMMAND_BURST_SECONDS - 2; i++) {
            client.sends("BDAT 0").replies(250);
        }
        client.sends("BDAT 0").replies(421);
        isSentAwayBy(house, client, Reply.COMMANDS_TOO_FAST, CloseReason.COMMAND_RATE_LIMIT);
    }

    // Time

    @ParameterizedTest
    @ValueSource(strings = {"BDAT 0\r\n", "BDAT 5\r\nwhole"})
    void shouldEndAnOldSessionBehindAChunk(final String chunk) {
        final House house = house(NONE.withSessionNs(100 * SECOND_NS));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>").replies(250, 250);
        house.passes(100 * SECOND_NS);
        client.sendsOctets(chunk).replies(250);
        house.passes(1);
        client.sendsOctets(chunk).replies(421);
        isSentAwayBy(house, client, Reply.SESSION_TOO_LONG, CloseReason.SESSION_TIME_LIMIT);
    }

    @Test
    void shouldEndAnOldSession() {
        final House house = house(NONE.withSessionNs(100 * SECOND_NS));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        house.passes(100 * SECOND_NS);
        sendsAMessage(client);
        house.passes(1);
        client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>").replies(250, 421);
        isSentAwayBy(house, client, Reply.SESSION_TOO_LONG, CloseReason.SESSION_TIME_LIMIT);
        assertEquals(1, house.received.size());
    }

    /** What is swallowed has no end of its own. */
    @Test
    void shouldEndAnOldSessionInTheMiddleOfContent() {
        final House house = house(NONE.withSessionNs(100 * SECOND_NS));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        client.sends("BDAT 4000000000000").repliesNothing();
        for (int i = 0; i < 100; i++) {
            house.passes(SECOND_NS);
            client.sendsOctets("x".repeat(1000)).repliesNothing();
        }
        house.passes(1);
        client.sendsOctets("x").replies(421);
        isSentAwayBy(house, client, Reply.SESSION_TOO_LONG, CloseReason.SESSION_TIME_LIMIT);
    }

    // Rate of content

    @ParameterizedTest
    @ValueSource(strings = {"DATA", "BDAT 1000000", "BDAT 1000000 LAST"})
    void shouldEndAMessageThatDribbles(final String begin) {
        final House house = house(NONE.withContentOctetsPerSecond(100));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>").replies(250, 250);
        client.sends(begin);
        final int before = client.allReplies().size();
        for (int i = 0; i < ConductLimits.CONTENT_GRACE_SECONDS; i++) {
            house.passes(SECOND_NS);
            client.sendsOctets("x");
        }
        assertEquals(before, client.allReplies().size());
        house.passes(SECOND_NS);
        client.sendsOctets("x");
        isSentAwayBy(house, client, Reply.CONTENT_TOO_SLOW, CloseReason.CONTENT_RATE_LIMIT);
    }

    @Test
    void shouldEndARefusedChunkThatDribbles() {
        final House house = house(NONE.withContentOctetsPerSecond(100));
        final Client client = greeted(house).sends("BDAT 100000").repliesNothing();
        for (int i = 0; i <= ConductLimits.CONTENT_GRACE_SECONDS; i++) {
            house.passes(SECOND_NS);
            client.sendsOctets("x");
        }
        isSentAwayBy(house, client, Reply.CONTENT_TOO_SLOW, CloseReason.CONTENT_RATE_LIMIT);
    }

    @Test
    void shouldLetASlowMessageThrough() {
        final House house = house(NONE.withContentOctetsPerSecond(100));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA").replies(250, 250, 354);
        for (int i = 0; i < 1000; i++) {
            house.passes(SECOND_NS);
            client.sendsOctets("x".repeat(98) + "\r\n");
        }
        client.sends(".").replies(250);
        house.close();
    }

    @Test
    void shouldCountChunksThatComeWhole() {
        final House house = house(NONE.withContentOctetsPerSecond(100));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>").replies(250, 250);
        final String octets = "x".repeat(998) + "\r\n";
        for (int i = 0; i < 2 * ConductLimits.CONTENT_GRACE_SECONDS / 10; i++) {
            client.sendsOctets("BDAT 1000\r\n" + octets).replies(250);
            house.passes(10 * SECOND_NS);
        }
        client.sendsOctets("BDAT 1000 LAST\r\nx").repliesNothing();
        client.sendsOctets(octets.substring(1)).replies(250);
        house.close();
    }

    /** Each chunk is a whole piece of progress to the command timeout; the rate is that of the message. */
    @Test
    void shouldEndAMessageThatDribblesInChunks() {
        final House house = house(NONE.withContentOctetsPerSecond(1));
        final Client client = greeted(house).sends("EHLO c.test").replies(250);
        client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>").replies(250, 250);
        client.sends("BDAT 1").sendsOctets("x").replies(250);
        house.passes(40 * SECOND_NS);
        client.sends("BDAT 2").sendsOctets("x").sendsOctets("x").replies(250);
        house.passes(40 * SECOND_NS);
        client.sends("BDAT 2").sendsOctets("x").replies(421);
        isSentAwayBy(house, client, Reply.CONTENT_TOO_SLOW, CloseReason.CONTENT_RATE_LIMIT);
    }

    // Early talkers

    private static final long DELAY_NS = 3 * SECOND_NS;

    private static Client early(final House house) {
        return house.connect().repliesNothing();
    }

    @Test
    void shouldGreetAfterTheDelay() {
        final House house = house(NONE.withGreetingDelay(DELAY_NS, EarlyTalker.REJECT));
        final Client client = early(house);
        house.passes(DELAY_NS - 1);
        client.repliesNothing();
        house.passes(1 + Deadlines.TICK_NS);
        client.replies(220).sends("EHLO c.test").replies(250);
        sendsAMessage(client);
        client.sends("QUIT").replies(221).isClosed();
        assertEquals(0, house.count(Counter.EARLY_TALKERS));
        house.close();
    }

    @Test
    void shouldRefuseAnEarlyTalker() {
        final House house = house(NONE.withGreetingDelay(DELAY_NS, EarlyTalker.REJECT));
        final Client client = early(house);
        house.passes(DELAY_NS / 2);
        client.sends("EHLO c.test", "MAIL FROM:<a@b.test>").replies(421);
        assertEquals(1, house.count(Counter.EARLY_TALKERS));
        isSentAwayBy(house, client, Reply.TALKED_EARLY, CloseReason.EARLY_TALKER);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30_000, 65_536, 200_000})
    void shouldOnlyNoteAnEarlyTalkerAndTakeWhatItSaid(final int octets) {
        final House house = house(NONE.withGreetingDelay(DELAY_NS, EarlyTalker.NOTE));
        final Client client = early(house);
        final String line = "NOOP\r\n";
        final String lines = line.repeat(octets / line.length() + 1);
        client.sendsOctets(lines.substring(0, octets)).repliesNothing().isReadFrom(false);
        assertEquals(1, house.count(Counter.EARLY_TALKERS));
        house.passes(DELAY_NS + Deadlines.TICK_NS);
        client.sendsOctets(lines.substring(octets));
        assertEquals(1 + lines.length() / line.length(), client.allReplies().size());
        client.sends("QUIT").isClosed();
        assertEquals(1, house.count(Counter.EARLY_TALKERS));
        house.close();
    }

    @Test
    void shouldForgetAClientThatDoesNotWait() {
        final House house = house(NONE.withGreetingDelay(DELAY_NS, EarlyTalker.REJECT));
        early(house).closes().isClosed();
        early(house).resets().isClosed();
        assertEquals(1, house.closes(CloseReason.PEER_CLOSED));
        assertEquals(1, house.closes(CloseReason.CONNECTION_RESET));
        assertEquals(0, house.count(Counter.EARLY_TALKERS));
        house.close();
    }

    @Test
    void shouldTellAWaitingClientThatTheServerStops() {
        final House house = house(NONE.withGreetingDelay(DELAY_NS, EarlyTalker.REJECT));
        final Client client = early(house);
        client.drain();
        client.replies(421).closes().isClosed();
        house.close();
    }

    @Test
    void shouldCountTheDelayAsPartOfNoTimeout() {
        final House house = house(NONE.withGreetingDelay(ConductLimits.GREATEST_GREETING_DELAY_NS, EarlyTalker.NOTE));
        final Client client = early(house);
        house.passes(ConductLimits.GREATEST_GREETING_DELAY_NS + Deadlines.TICK_NS);
        client.replies(220);
        house.passes(TimeUnit.MINUTES.toNanos(4));
        client.sends("NOOP").replies(250).sends("QUIT").replies(221);
        house.close();
    }
}
