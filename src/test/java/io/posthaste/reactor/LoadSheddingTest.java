package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.metrics.Counter;
import io.posthaste.policy.LoadGauge;
import io.posthaste.policy.LoadLevel;
import io.posthaste.policy.LoadLimits;
import io.posthaste.reply.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a loaded reactor refuses, and that what is under way goes on. */
@Timeout(30)
final class LoadSheddingTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private static House loaded(final House house) {
        return loaded(house, LoadLimits.DEFAULTS);
    }

    private static House loaded(final House house, final LoadLimits limits) {
        house.context.sessions.watchLoad(new LoadGauge(limits, house.clock.nanoTime()));
        return house;
    }

    /** The reactor goes round so often, and takes so long each time. */
    private static void cycles(final House house, final int count, final long ns) {
        for (int i = 0; i < count; i++) {
            house.passes(ns);
        }
    }

    @Test
    void shouldRefuseMailWhileMessagesUnderWayGoOn() {
        try (House house = loaded(new House(Setup.INLINE))) {
            final Client idle = house.connect().sends("EHLO c.test").replies(220, 250);
            final Client busy = house.connect().startsData();
            cycles(house, 4, 1200 * MS);
            assertEquals(
                    LoadLevel.NO_MESSAGES.ordinal(), house.reactor.metrics().loadLevel());
            assertEquals(1200 * MS, house.reactor.metrics().lagNs());
            idle.sends("MAIL FROM:<a@b.test>").replies(451);
            assertEquals(Reply.TOO_BUSY_FOR_MESSAGES.line() + "\r\n", idle.lastReply());
            busy.sends("x", ".").replies(250);
            busy.sends("MAIL FROM:<a@b.test>").replies(451);
            assertEquals(2, house.count(Counter.LOAD_SHED_MESSAGES));

            cycles(house, 60, 50 * MS);
            assertEquals(LoadLevel.NO_CONNECTIONS, house.context.sessions.load().level());
            idle.sends("MAIL FROM:<a@b.test>").replies(250);
        }
    }

    @Test
    void shouldRefuseMailWhenMemoryIsNearlyUsedUp() {
        try (House house =
                loaded(new House(Setup.QUEUED.withMemory(2L << 20)), LoadLimits.DEFAULTS.withMemory(50, 60))) {
            final Client idle = house.connect().sends("EHLO c.test").replies(220, 250);
            final Client large = house.connect().startsData();
            for (int i = 0; i < 22; i++) {
                large.sendsOctets("x".repeat(60_000) + "\r\n");
            }
            cycles(house, 20, 50 * MS);
            idle.sends("MAIL FROM:<a@b.test>").replies(451);
            assertEquals(1, house.count(Counter.LOAD_SHED_MESSAGES));
            large.closes();
            cycles(house, 100, 50 * MS);
            idle.sends("MAIL FROM:<a@b.test>").replies(250);
        }
    }

    @Test
    void shouldAnswerNewConnections421UntilItIsCalm() throws IOException {
        final List<ServerSocketChannel> listeners =
                Listener.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        try (House house = loaded(new House(Setup.INLINE, listeners))) {
            cycles(house, 4, 300 * MS);
            try (SocketClient client = SocketClient.to(listeners.get(0))) {
                assertEquals(List.of(Reply.TOO_BUSY.line() + "\r\n"), client.reads(house::steps, 1));
            }
            assertEquals(1, house.count(Counter.LOAD_SHED_CONNECTIONS));
            assertEquals(0, house.count(Counter.CONNECTIONS_ACCEPTED));
            cycles(house, 60, 50 * MS);
            try (SocketClient client = SocketClient.to(listeners.get(0))) {
                assertEquals(220, Client.codeOf(client.reads(house::steps, 1).get(0)));
            }
            house.steps();
            house.steps();
        }
    }
}
