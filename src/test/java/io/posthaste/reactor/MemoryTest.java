package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.memory.Block;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens when the memory budget is used up. */
final class MemoryTest {
    private static final long BUDGET = 2L * 1024 * 1024;
    private static final String LINE = "x".repeat(998) + "\r\n";

    private final House house = new House(Setup.INLINE.withMemory(BUDGET));
    private final List<Block> hoard = new ArrayList<>();

    @AfterEach
    void everythingIsHome() {
        giveBack();
        house.close();
        assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
    }

    /** Takes all memory but so many octets. */
    private void leave(final long octets) {
        while (house.pool.availableOctets() > octets) {
            final Block block = house.pool.availableOctets() - octets >= Block.LARGE
                    ? house.pool.tryTakeLarge()
                    : house.pool.tryTakeSmall();
            hoard.add(block);
        }
    }

    private void giveBack() {
        hoard.forEach(house.pool::release);
        hoard.clear();
    }

    @Test
    void shouldStopReadingContentAndGoOnWhenMemoryIsFree() {
        final Client client = house.connect().startsData().sendsOctets(LINE);
        leave(Block.LARGE);
        client.sendsOctets(LINE).isReadFrom(false);
        assertEquals(LINE.length(), client.channel.unread());
        house.steps();
        client.isReadFrom(false);
        assertEquals(1, house.count(Counter.MEMORY_WAITS));
        giveBack();
        house.steps();
        client.isReadFrom(true).sends(".").replies(250);
        assertEquals(LINE + LINE, house.received.get(0).content());
    }

    @Test
    void shouldSwallowTheContentAndAnswer452WhenNoMemoryComesFree() {
        final Client client = house.connect().startsData().sendsOctets(LINE);
        leave(Block.LARGE);
        client.sendsOctets(LINE).isReadFrom(false);
        house.passes(house.setup.limits().memoryTimeoutNs() - 1);
        client.isReadFrom(false);
        house.passes(1);
        client.isReadFrom(true).sendsOctets(LINE.repeat(100)).repliesNothing();
        assertEquals(Block.LARGE, house.pool.availableOctets() / Block.LARGE * Block.LARGE);
        client.sends(".", "NOOP").replies(452, 250);
        assertEquals("452 4.3.1", client.allReplies().get(5).substring(0, 9));
        assertEquals(1, house.count(Counter.LIMIT_MEMORY));
        giveBack();
        client.sends("MAIL FROM:<>", "RCPT TO:<c@d>", "DATA", "x", ".").replies(250, 250, 354, 250);
        assertEquals(1, house.received.size());
    }

    @Test
    void shouldFreeAllWaitingConnectionsByGivingUpTheOldest() {
        final List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(house.connect().startsData());
        }
        while (clients.stream().anyMatch(client -> (client.key.interestOps() & 1) != 0)) {
            clients.forEach(client -> client.channel.feed(LINE.repeat(20).getBytes(), 0, 20_000));
            house.steps();
            clients.forEach(Client::pump);
        }
        assertEquals(4, house.context.awaitingMemory.size());
        assertTrue(house.pool.availableOctets() > 0, "the budget is used up to the last octet");
        for (int i = 0; i < 8; i++) {
            house.passes(house.setup.limits().memoryTimeoutNs() / 2);
        }
        for (final Client client : clients) {
            client.sends(".");
            house.passes(house.setup.limits().memoryTimeoutNs());
            house.passes(house.setup.limits().memoryTimeoutNs());
        }
        for (final Client client : clients) {
            final int code = Client.codeOf(client.lastReply());
            assertTrue(code == 452 || code == 250, client.lastReply());
            client.sends("NOOP");
            assertEquals(250, Client.codeOf(client.lastReply()));
        }
        assertEquals(0, house.memoryInUse());
    }

    @Test
    void shouldForgetAConnectionThatIsLostWhileWaitingForMemory() {
        final Client client = house.connect().startsData().sendsOctets(LINE);
        leave(Block.LARGE);
        client.sendsOctets(LINE).isReadFrom(false).vanishes();
        assertTrue(house.context.awaitingMemory.isEmpty());
    }

    @Test
    void shouldRefuseTransactionsWithoutAnyMemory() {
        final Client client = house.connect().sends("EHLO a").replies(220, 250);
        leave(0);
        client.sends("MAIL FROM:<a@b.test>", "NOOP").replies(452, 250);
        giveBack();
        client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d>").replies(250, 250);
        leave(0);
        final String longName = "c".repeat(64) + "@" + "d".repeat(60) + "." + "e".repeat(60) + ".test";
        for (int i = 0; i < 400; i++) {
            client.sends("RCPT TO:<" + longName + ">");
        }
        assertEquals(452, Client.codeOf(client.lastReply()));
        assertEquals("452 4.3.1", client.lastReply().substring(0, 9));
        giveBack();
        client.sends("DATA", ".");
        assertEquals(250, Client.codeOf(client.lastReply()));
    }

    @Test
    void shouldCloseAConnectionWhoseHalfLineCannotBeKept() {
        final Client client = house.connect().replies(220);
        leave(0);
        client.sendsOctets("NOO").isClosed();
        assertEquals(1, house.closes(CloseReason.MEMORY));
        final Client slow = house.connect().replies(220).stopsReading();
        slow.sends("NOOP").isClosed();
        assertEquals(2, house.closes(CloseReason.MEMORY));
        house.connect().sends("NOOP").replies(220, 250);
    }

    @Test
    void shouldAnswer452WhenContentPipelinedBehindDataFindsNoMemory() {
        final Client client =
                house.connect().sends("EHLO a", "MAIL FROM:<>", "RCPT TO:<c@d>").replies(220, 250, 250, 250);
        leave(0);
        client.sendsOctets("DATA\r\n" + LINE.repeat(30) + ".\r\nNOOP\r\n").replies(354, 452, 250);
        assertEquals(0, house.received.size());
    }
}
