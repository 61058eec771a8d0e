package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A non-blocking client over a real socket; whoever waits for it steps the server. */
final class SocketClient implements AutoCloseable {
    /** Steps after which a reply will not come any more. */
    private static final int PATIENCE = 200_000;

    private final SocketChannel channel;
    private final ByteBuffer input = ByteBuffer.allocateDirect(64 * 1024);
    private final StringBuilder text = new StringBuilder();

    private SocketClient(final SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    static SocketClient to(final ServerSocketChannel listener) throws IOException {
        return to(listener.getLocalAddress());
    }

    static SocketClient to(final SocketAddress address) throws IOException {
        return new SocketClient(SocketChannel.open(address));
    }

    SocketChannel channel() {
        return channel;
    }

    void sends(final String octets) throws IOException {
        final ByteBuffer all = ByteBuffer.wrap(octets.getBytes(StandardCharsets.ISO_8859_1));
        while (all.hasRemaining()) {
            channel.write(all);
        }
    }

    /** Sends as much as the socket takes now; returns how many octets. */
    int offers(final ByteBuffer octets) throws IOException {
        return channel.write(octets);
    }

    /** What has come since the last time, whole or not. */
    String takes() throws IOException {
        receive();
        final String all = text.toString();
        text.setLength(0);
        return all;
    }

    /** Steps the server until so many replies have come. */
    List<String> reads(final Runnable step, final int count) throws IOException {
        for (int i = 0; i < PATIENCE; i++) {
            final List<String> replies = Client.repliesIn(text.toString());
            if (replies.size() >= count) {
                text.setLength(0);
                return replies;
            }
            step.run();
            receive();
        }
        throw new AssertionError("no " + count + " replies: " + text);
    }

    /** Steps the server until it has closed. */
    void readsEnd(final Runnable step) throws IOException {
        boolean atEnd = false;
        for (int i = 0; i < PATIENCE && !atEnd; i++) {
            step.run();
            atEnd = receive() < 0;
        }
        assertTrue(atEnd, "the server has not closed");
    }

    private int receive() throws IOException {
        final int count = channel.read(input.clear());
        text.append(StandardCharsets.ISO_8859_1.decode(input.flip()));
        return count;
    }

    /** Closes with a reset. */
    void resets() throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
