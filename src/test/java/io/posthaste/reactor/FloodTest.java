package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.memory.Block;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that mean harm, over real sockets. Of each flood it is shown that its memory has a bound and all comes home, and
 * that somebody else's whole transaction passes while it lasts.
 */
@Timeout(30)
final class FloodTest {
    private static final int NOOPS = 10_000;
    private static final int MEBIBYTE = 1024 * 1024;
    private static final int DEAF = 1000;
    private static final int DEAF_SOCKETS = 20;
    private static final int RESETS = 16;

    private static final String TO_MAIL = "EHLO client.test\r\n";
    private static final String TO_RCPT = TO_MAIL + "MAIL FROM:<a@b.test>\r\n";
    private static final String TO_DATA = TO_RCPT + "RCPT TO:<c@d.test>\r\n";
    private static final String TO_CONTENT = TO_DATA + "DATA\r\n";
    private static final String TO_END = TO_CONTENT + "half a line\r\n.\r\n";
    /** More than stays in small blocks. */
    private static final String LONG_CONTENT = ("x".repeat(998) + "\r\n").repeat(100);

    /** Asks for more than any socket, or server, has room for. */
    private static final byte[] PIPELINED_HELP =
            "HELP\r\n".repeat(2 * Block.LARGE).getBytes(StandardCharsets.US_ASCII);

    /** Octets that lead from the connection to each state of a session. */
    private static final Map<String, List<String>> WAYS = Map.of(
            "EXPECT_HELLO", List.of("", "EHLO half a li"),
            "EXPECT_MAIL", List.of(TO_MAIL, TO_MAIL + "MAIL FR", TO_RCPT + "RSET\r\n"),
            "EXPECT_RCPT", List.of(TO_RCPT, TO_RCPT + "RCPT TO:<c"),
            "EXPECT_RCPT_OR_DATA", List.of(TO_DATA, TO_DATA + "DAT"),
            "EXPECT_CONTENT", List.of(TO_CONTENT, TO_CONTENT + "half a li", TO_CONTENT + LONG_CONTENT + "\r\n."),
            "EXPECT_CHUNK", List.of(TO_DATA + "BDAT 9\r\nhalf", TO_DATA + "BDAT 999999\r\n" + LONG_CONTENT),
            "EXPECT_BDAT", List.of(TO_DATA + "BDAT 4\r\nhalf", TO_DATA + "BDAT 4\r\nhalfBDAT 9"),
            "EXPECT_REFUSED_CHUNK", List.of(TO_MAIL + "BDAT 9\r\nhalf"),
            "EXPECT_HAND_OFF", List.of(TO_END, TO_END + "NOOP\r\n"),
            "EXPECT_RECEIPT", List.of(TO_END, TO_END + TO_RCPT));

    @Test
    void shouldServeOthersWhileTenThousandNoopsArePipelined() throws IOException {
        try (FloodedHouse house = new FloodedHouse(Setup.INLINE.withConnections(5))) {
            final List<Pipeliner> flooders = new ArrayList<>();
            for (final SocketClient client : house.connects(4)) {
                house.hears(client, 220);
                flooders.add(new Pipeliner(client, NOOPS));
            }
            house.flood = () -> {
                for (final Pipeliner flooder : flooders) {
                    flooder.turn();
                }
            };
            house.until("a first reply to each", () -> flooders.stream().allMatch(flooder -> flooder.answered() > 0));
            final long before = answered(flooders);
            house.servesSomebodyElse();
            assertTrue(answered(flooders) > before, "the flood was over");

            flooders.forEach(Pipeliner::ends);
            house.until("all replies", () -> flooders.stream().allMatch(Pipeliner::isDone));
            assertTrue(flooders.stream().allMatch(flooder -> flooder.answered() >= NOOPS));
            assertEquals(0, house.memoryInUse(), "a connection at rest has no memory");
            // What one read brings of each and no more: that keeps it fair.
            house.assertRepliesACycle(flooders.size() * (Block.LARGE / (long) Pipeliner.COMMAND.length() + 1));
            house.assertBounded(2 * Block.LARGE);
        }
    }

    @Test
    void shouldServeOthersWhileAMebibyteComesWithoutANewline() throws IOException {
        try (FloodedHouse house = new FloodedHouse(Setup.INLINE.withConnections(5))) {
            final List<SocketClient> flooders = house.connects(4);
            final ByteBuffer octets = octets("x".repeat(Block.LARGE));
            final long[] sent = new long[flooders.size()];
            house.flood = () -> {
                for (int i = 0; i < sent.length; i++) {
                    sent[i] += flooders.get(i).offers(octets.clear());
                }
            };
            house.servesSomebodyElse();
            for (int i = 0; i < sent.length; i++) {
                final int flooder = i;
                house.until("a mebibyte", () -> sent[flooder] >= MEBIBYTE);
            }
            house.flood = () -> {};
            for (final SocketClient flooder : flooders) {
                house.hears(flooder, 220);
                flooder.sends("\r\nNOOP\r\n");
                house.hears(flooder, 500, 250);
            }
            assertEquals(flooders.size(), house.count(Counter.LIMIT_COMMAND_LINE));
            house.assertBounded(Block.SMALL);
        }
    }

    /** Half a command has five minutes; content lasts as long as octets come, in the memory that it fills. */
    @Test
    void shouldServeOthersWhileClientsSendAnOctetASecond() throws IOException {
        try (FloodedHouse house = new FloodedHouse(Setup.INLINE.withConnections(41))) {
            final long timeoutS =
                    TimeUnit.NANOSECONDS.toSeconds(Setup.INLINE.limits().commandTimeoutNs());
            final List<SocketClient> inCommand = house.connects(20);
            final List<SocketClient> inContent = house.connects(20);
            for (final SocketClient client : inContent) {
                client.sends(TO_CONTENT);
                house.hears(client, 220, 250, 250, 250, 354);
            }
            for (long second = 1; second < timeoutS; second++) {
                house.passes(TimeUnit.SECONDS.toNanos(1));
                sendAnOctet(inCommand);
                sendAnOctet(inContent);
                house.turn();
                if (second == timeoutS / 2) {
                    house.servesSomebodyElse();
                }
            }
            house.idle();
            assertEquals(40, house.open(), "too early");
            house.passes(TimeUnit.SECONDS.toNanos(1) + Deadlines.TICK_NS);
            for (final SocketClient client : inCommand) {
                house.hears(client, 220, 421);
            }
            house.servesSomebodyElse();
            house.passes(Farewell.LINGER_NS + Deadlines.TICK_NS);
            house.until("the slow commands are over", () -> house.open() == inContent.size());
            assertEquals(inCommand.size(), house.closes(CloseReason.COMMAND_TIMEOUT));
            for (final SocketClient client : inContent) {
                client.sends("\r\n.\r\n");
                house.hears(client, 250);
            }
            assertEquals(inContent.size(), house.receivedOf(timeoutS - 1 + "\r\n".length()));
            house.assertBounded(2 * Block.SMALL);
        }
    }

    /** Few of them have sockets: their number is for the server's memory, and the kernel's is another matter. */
    @Test
    void shouldServeOthersWhileAThousandClientsStopReading() throws IOException {
        final Setup setup = Setup.INLINE.withConnections(DEAF + 1).withMemory(256L * MEBIBYTE);
        try (FloodedHouse house = new FloodedHouse(setup)) {
            for (final Client client : house.connectsWithoutSockets(DEAF - DEAF_SOCKETS)) {
                client.stopsReading().sendsOctets(PIPELINED_HELP);
            }
            final List<SocketClient> sockets = house.connects(DEAF_SOCKETS);
            final List<ByteBuffer> unsent = new ArrayList<>();
            sockets.forEach(socket -> unsent.add(ByteBuffer.wrap(PIPELINED_HELP)));
            house.flood = () -> {
                for (int i = 0; i < sockets.size(); i++) {
                    sockets.get(i).offers(unsent.get(i));
                }
            };
            house.until("every one is held up", () -> house.heldUp() == DEAF);
            house.idle();
            final long memory = house.memoryInUse();
            house.servesSomebodyElse();
            assertEquals(DEAF, house.heldUp());
            assertEquals(memory, house.memoryInUse(), "memory grew");
            house.assertBounded(2 * Block.LARGE);

            // One half of the sockets resets; all others are closed when their time to read is over.
            house.flood = () -> {};
            final int resets = DEAF_SOCKETS / 2;
            for (final SocketClient socket : sockets.subList(0, resets)) {
                socket.resets();
            }
            house.servesSomebodyElse();
            house.until("the broken ones are gone", () -> house.open() == DEAF - resets);
            house.passes(Setup.WRITE_TIMEOUT_NS + Deadlines.TICK_NS);
            house.until("the silent ones are gone", () -> house.open() == 0);
            assertEquals(resets, house.closes(CloseReason.CONNECTION_RESET));
            assertEquals(DEAF - resets, house.closes(CloseReason.WRITE_TIMEOUT));
        }
    }

    /** They get large blocks, of which neither they nor anybody gets the last quarter of the budget. */
    @Test
    void shouldServeOthersWhenThoseThatStopReadingWantMoreMemoryThanThereIs() throws IOException {
        final Setup setup = Setup.INLINE.withConnections(DEAF + 1).withMemory(16L * MEBIBYTE);
        try (FloodedHouse house = new FloodedHouse(setup)) {
            for (final Client client : house.connectsWithoutSockets(DEAF)) {
                client.stopsReading().sendsOctets(PIPELINED_HELP);
            }
            assertTrue(house.heldUp() > 0, "none is held up");
            assertTrue(house.memoryInUse() <= setup.memoryOctets() * 3 / 4, "the last quarter is touched");
            assertEquals(DEAF - house.heldUp(), house.closes(CloseReason.MEMORY));
            house.servesSomebodyElse();
        }
    }

    /** States that only a policy leads to: PolicyTest resets connections there. */
    private static final Set<String> WITH_A_POLICY =
            Set.of("EXPECT_ADMISSION", "EXPECT_AUTHENTICATION", "EXPECT_CREDENTIALS", "EXPECT_QUIT");
    /** A state of contents that go to the delivery in parts: PartTest resets connections there. */
    private static final String WITH_PARTS = "EXPECT_PART_RECEIPT";

    /** There is a way into every state, so that a new one cannot be forgotten. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldServeOthersWhileConnectionsAreResetInEachState(final boolean keepsContent) throws IOException {
        final Set<String> states = new TreeSet<>(Inspection.stateNames());
        states.removeAll(WITH_A_POLICY);
        states.remove(WITH_PARTS);
        assertEquals(states, WAYS.keySet());
        final Setup setup = Setup.QUEUED.withQueue(RESETS).withConnections(2 * RESETS + 1);
        try (FloodedHouse house = new FloodedHouse(keepsContent ? setup : setup.withoutContent())) {
            int resets = 0;
            for (final Map.Entry<String, List<String>> ways : WAYS.entrySet()) {
                for (final String way : ways.getValue()) {
                    if (ways.getKey().equals("EXPECT_HAND_OFF")) {
                        house.fillsQueue();
                    }
                    final List<SocketClient> clients = house.connects(RESETS);
                    for (final SocketClient client : clients) {
                        client.sends(way);
                    }
                    house.untilAllAre(ways.getKey());
                    resetWhileSomebodyElseIsServed(house, clients);
                    resets += RESETS;
                    assertEquals(resets, house.closes(CloseReason.CONNECTION_RESET), ways.getKey());
                }
            }
            // Beyond the session: what heard our last words ends for their reason.
            final List<SocketClient> clients = house.connects(RESETS);
            for (final SocketClient client : clients) {
                client.sends("BDAT\r\n");
                house.hears(client, 220, 501, 421);
            }
            resetWhileSomebodyElseIsServed(house, clients);
            assertEquals(RESETS, house.closes(CloseReason.LOST_STEP));
        }
    }

    private static void resetWhileSomebodyElseIsServed(final FloodedHouse house, final List<SocketClient> clients)
            throws IOException {
        final List<SocketClient> left = new ArrayList<>(clients);
        house.flood = () -> {
            if (!left.isEmpty()) {
                left.remove(0).resets();
            }
        };
        house.delivers = true;
        house.servesSomebodyElse();
        house.until("all are reset", left::isEmpty);
        house.until("all are gone", () -> house.open() == 0);
        house.delivers = false;
        house.flood = () -> {};
        house.assertEverythingHome();
    }

    private static void sendAnOctet(final List<SocketClient> clients) throws IOException {
        for (final SocketClient client : clients) {
            client.sends("x");
        }
    }

    private static long answered(final List<Pipeliner> flooders) {
        return flooders.stream().mapToLong(Pipeliner::answered).sum();
    }

    private static ByteBuffer octets(final String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
