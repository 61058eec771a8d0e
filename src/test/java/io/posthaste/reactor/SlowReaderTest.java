package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.memory.Block;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that do not read their replies, or not all at once. */
final class SlowReaderTest {
    /** What a connection may own: kept input and unsent replies. */
    private static final long MOST_MEMORY = 2L * Block.LARGE;

    private static final int COMMANDS = 20_000;

    private final House house = new House(Setup.INLINE);

    @AfterEach
    void everythingIsHome() {
        house.close();
        assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOOP", "HELP", "HELP MAIL", "HELP STATUS", "HELP 554", "EHLO client.test"})
    void shouldNotReadFromAClientThatDoesNotReadAndLoseNoReply(final String command) {
        final Client client = house.connect().replies(220).stopsReading();
        final byte[] octets = ((command + "\r\n").repeat(COMMANDS) + "QUIT\r\n").getBytes(StandardCharsets.US_ASCII);
        client.sendsOctets(octets);
        client.isReadFrom(false).repliesNothing();
        assertTrue(client.channel.unread() > 0, "all input was read");
        assertTrue(house.memoryInUse() <= MOST_MEMORY, () -> "octets in use: " + house.memoryInUse());

        client.readsAgain().isClosed();
        final var replies = client.allReplies();
        assertEquals(COMMANDS + 2, replies.size());
        for (int i = 2; i <= COMMANDS; i++) {
            assertEquals(replies.get(1), replies.get(i));
        }
        assertEquals("221", replies.get(COMMANDS + 1).substring(0, 3));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 1000, 4096, 50_000, 57_343, 57_344, 57_345, 65_536})
    void shouldLoseNothingWhenWritesAreShort(final int writeSize) {
        final Client client = house.connect().replies(220);
        client.channel.writesTake(writeSize);
        client.sendsOctets(("HELP\r\n".repeat(700) + "NOOP\r\n".repeat(700) + "QUIT\r\n").getBytes());
        client.isClosed();
        final var replies = client.allReplies();
        assertEquals(1402, replies.size());
        for (int i = 1; i <= 1400; i++) {
            assertEquals(i <= 700 ? 214 : 250, Client.codeOf(replies.get(i)));
        }
    }

    /** Between two writes the socket gets room at any time: nothing may be forgotten then. */
    @Test
    void shouldGoOnWheneverTheSocketGetsRoom() {
        final byte[] octets = ("HELP\r\n".repeat(500) + "NOOP\r\n").getBytes(StandardCharsets.US_ASCII);
        for (int blockedWrites = 0; blockedWrites < 6; blockedWrites++) {
            for (final int first : new int[] {0, 1, 1000, 57_000}) {
                final Client client = house.connect().replies(220);
                final int[] steps = new int[blockedWrites + 2];
                steps[0] = first;
                steps[steps.length - 1] = Integer.MAX_VALUE;
                client.channel.writesTake(steps);
                client.sendsOctets(octets);
                assertEquals(502, client.allReplies().size(), "replies, blocked " + blockedWrites + " times");
                client.closes().isClosed();
            }
        }
    }

    @Test
    void shouldTakeMailFromAClientThatReadsOctetByOctet() {
        final Client client = house.connect();
        client.channel.writesTake(1, 0, 0, 1, 0, 1);
        client.sends("EHLO client.test");
        for (int i = 0; i < 20; i++) {
            client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA", "message " + i, ".");
        }
        assertEquals(20, house.received.size());
        assertEquals(2 + 20 * 4, client.allReplies().size());
    }

    @Test
    void shouldKeepTheLastWordsForASlowReader() {
        final Client client = house.connect().stopsReading().sends("NOOP", "QUIT", "NOOP");
        client.isOpen().isReadFrom(false).readsAgain().replies(220, 250, 221).isClosed();
        assertEquals(1, house.closes(CloseReason.QUIT));
    }

    @Test
    void shouldAnswerAllBeforeItNoticesTheEnd() {
        final Client client =
                house.connect().stopsReading().sends("NOOP", "NOOP").closes();
        client.isOpen().readsAgain().replies(220, 250, 250).isClosed();
        assertEquals(1, house.closes(CloseReason.PEER_CLOSED));
    }

    @Test
    void shouldNotGreetTwiceWhenTheGreetingIsHeldUp() {
        final ScriptedChannel channel = new ScriptedChannel();
        channel.writesTake(0, 5, 0, 3, Integer.MAX_VALUE);
        final Client client = house.connect(channel).sends("NOOP");
        client.replies(220, 250);
    }

    @Test
    void shouldCloseAClientThatDoesNotReadForTooLong() {
        final Client client = house.connect().replies(220).stopsReading().sends("NOOP");
        house.passes(Setup.WRITE_TIMEOUT_NS - Deadlines.TICK_NS);
        client.isOpen();
        house.passes(2 * Deadlines.TICK_NS);
        client.isClosed();
        assertEquals(1, house.closes(CloseReason.WRITE_TIMEOUT));
    }

    @Test
    void shouldNotExtendTheWriteTimeoutByInputReadBefore() {
        final Client client = house.connect().replies(220).stopsReading();
        client.sendsOctets("HELP\r\n".repeat(COMMANDS));
        house.passes(Setup.WRITE_TIMEOUT_NS + 2 * Deadlines.TICK_NS);
        client.isClosed();
        assertEquals(1, house.closes(CloseReason.WRITE_TIMEOUT));
    }

    @Test
    void shouldExtendTheWriteTimeoutWhileTheClientReads() {
        final Client client = house.connect().replies(220).stopsReading();
        client.sends("NOOP", "NOOP", "NOOP");
        for (int i = 0; i < 5; i++) {
            house.passes(Setup.WRITE_TIMEOUT_NS - Deadlines.TICK_NS);
            client.isOpen().channel.writesTake(1, 0);
            client.pump();
        }
        client.readsAgain().replies(250, 250, 250);
    }

    @Test
    void shouldCloseAConnectionThatBreaksWhileWriting() {
        final Client client = house.connect().replies(220).stopsReading().sends("NOOP");
        client.resets().isClosed();
        house.connect().sendsOctets("EHLO").resets().isClosed();
        house.connect().startsData().sendsOctets("half").resets().isClosed();
        assertEquals(3, house.closes(CloseReason.CONNECTION_RESET));
        house.connect().sends("NOOP").replies(220, 250);
    }

    @Test
    void shouldUseOneWriteForTheRepliesToOneSegment() {
        final Client client = house.connect();
        final int before = client.channel.writes();
        client.sends("EHLO a", "NOOP", "HELP", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA");
        assertEquals(before + 1, client.channel.writes());
        client.sends("x", ".", "NOOP", "QUIT");
        assertEquals(before + 2, client.channel.writes());
    }
}
