package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.posthaste.metrics.CloseReason;
import io.posthaste.session.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A scripted client and the selector between it and its connection: calls the connection when its key would be ready. */
final class Client {
    private static final Peer PEER = peer();
    /** More calls than that without end are a busy loop. */
    private static final int MOST_CALLS = 5_000_000;

    final ScriptedChannel channel;
    final RecordingKey key = new RecordingKey();
    private final House house;
    private final Connection connection;
    private int repliesRead;

    Client(final House house, final ScriptedChannel channel, final Connection connection) {
        this.house = house;
        this.channel = channel;
        this.connection = connection;
    }

    void open() {
        try {
            connection.open(channel, key, PEER, house.clock.nanoTime());
        } catch (final Throwable e) {
            connection.fail(e);
        }
        house.context.closings.closeAll();
    }

    void openSecure() {
        try {
            connection.openSecure(channel, key, PEER, house.clock.nanoTime());
        } catch (final Throwable e) {
            connection.fail(e);
        }
        house.context.closings.closeAll();
    }

    /** The peer is a balancer, which has to introduce its client. */
    void openRelayed(final boolean isSecure) {
        try {
            connection.openRelayed(channel, key, PEER, isSecure, house.clock.nanoTime());
        } catch (final Throwable e) {
            connection.fail(e);
        }
        house.context.closings.closeAll();
    }

    // ---- what the client does

    /** Sends command lines, each with its CRLF, in one segment. */
    Client sends(final String... lines) {
        return sendsOctets(String.join("\r\n", lines) + "\r\n");
    }

    /** Sends octets as they are, one a character. */
    Client sendsOctets(final String octets) {
        return sendsOctets(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    Client sendsOctets(final byte[] octets) {
        channel.feed(octets, 0, octets.length);
        pump();
        return this;
    }

    /** EHLO, MAIL, RCPT and DATA, with all their replies. */
    Client startsData() {
        sends("EHLO client.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA");
        return replies(220, 250, 250, 250, 354);
    }

    /** Closes its sending side. */
    Client closes() {
        channel.feedEnd();
        pump();
        return this;
    }

    /** Its host resets the connection. */
    Client resets() {
        channel.failReads(new IOException("Connection reset"));
        channel.failWrites(new IOException("Connection reset"));
        pump();
        return this;
    }

    Client stopsReading() {
        channel.writesTake(0);
        return this;
    }

    Client readsAgain() {
        channel.writesTake(Integer.MAX_VALUE);
        pump();
        return this;
    }

    /** The test is over for this client. */
    void vanishes() {
        if (channel.isOpen()) {
            connection.close(CloseReason.SHUTDOWN);
            house.context.closings.closeAll();
        }
    }

    /** The reactor closes it for a reason. */
    void isClosedFor(final CloseReason reason) {
        connection.close(reason);
        house.context.closings.closeAll();
        isClosed();
    }

    void drain() {
        try {
            connection.drain(house.clock.nanoTime());
        } catch (final Throwable e) {
            connection.fail(e);
        }
    }

    // ---- what the server did

    /** The server has answered with exactly these codes since the last time. */
    Client replies(final int... codes) {
        final List<String> all = allReplies();
        final int[] actual = all.subList(Math.min(repliesRead, all.size()), all.size()).stream()
                .mapToInt(Client::codeOf)
                .toArray();
        if (!Arrays.equals(codes, actual)) {
            assertEquals(Arrays.toString(codes), Arrays.toString(actual), String.join("", all));
        }
        repliesRead = all.size();
        return this;
    }

    Client repliesNothing() {
        return replies();
    }

    /** The last reply, all its lines. */
    String lastReply() {
        final List<String> all = allReplies();
        return all.get(all.size() - 1);
    }

    /** All that was received, one character an octet. */
    String output() {
        return new String(channel.output(), StandardCharsets.ISO_8859_1);
    }

    Client isClosed() {
        assertFalse(channel.isOpen(), "the connection is still open");
        return this;
    }

    Client isOpen() {
        assertTrue(channel.isOpen(), "the connection is closed");
        return this;
    }

    Client isReadFrom(final boolean expected) {
        assertEquals(expected, (key.interestOps() & SelectionKey.OP_READ) != 0, "read interest");
        return this;
    }

    /** All replies whole. */
    List<String> allReplies() {
        return repliesIn(output());
    }

    static List<String> repliesIn(final String output) {
        final List<String> replies = new ArrayList<>();
        int start = 0;
        int line = 0;
        for (int end = output.indexOf("\r\n"); end >= 0; end = output.indexOf("\r\n", line)) {
            final boolean isLast = output.charAt(line + 3) == ' ';
            line = end + 2;
            if (isLast) {
                replies.add(output.substring(start, line));
                start = line;
            }
        }
        return replies;
    }

    static int codeOf(final String reply) {
        return Integer.parseInt(reply.substring(0, 3));
    }

    // ---- the selector

    /** Calls the connection as long as what it is interested in is possible, and closes what it has done with. */
    void pump() {
        house.context.closings.closeAll();
        for (int calls = 0; channel.isOpen(); calls++) {
            final int possible = (channel.isReadable() ? SelectionKey.OP_READ : 0)
                    | (channel.isWritable() ? SelectionKey.OP_WRITE : 0);
            final int ready = possible & key.interestOps();
            if (ready == 0) {
                return;
            }
            if (calls == MOST_CALLS) {
                fail("busy loop");
            }
            try {
                connection.onReady(ready, house.clock.nanoTime());
            } catch (final Throwable e) {
                connection.fail(e);
            }
            house.context.closings.closeAll();
        }
    }

    private static Peer peer() {
        try {
            return new Peer(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}));
        } catch (final UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }
}
