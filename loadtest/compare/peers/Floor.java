import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The floor of the comparison: the least a NIO loop can do and still satisfy a client that waits for each reply. It
 * looks at the first letter of what it reads and, in message content, at the last five octets. It parses nothing,
 * checks nothing, limits nothing and offers no extension. What a server costs beyond it is the price of being one.
 *
 * <p>Usage: {@code java Floor PORT}
 */
public class Floor {
    private static final long END_OF_DATA = 0x0D0A_2E0D_0AL; // CRLF . CRLF
    private static final long FIVE_OCTETS = 0xFF_FFFF_FFFFL;
    private static final int BACKLOG = 1024;

    private static final ByteBuffer GREETING = direct("220 floor ESMTP\r\n");
    private static final ByteBuffer EHLO = direct("250 floor\r\n");
    static final ByteBuffer OK = direct("250 2.0.0 Ok\r\n");
    private static final ByteBuffer GO = direct("354 Go\r\n");
    private static final ByteBuffer BYE = direct("221 Bye\r\n");

    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final ByteBuffer in = ByteBuffer.allocateDirect(65536);

    Floor(final int port) throws IOException {
        listener.configureBlocking(false);
        listener.bind(new InetSocketAddress("127.0.0.1", port), BACKLOG);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    public static void main(final String[] args) throws IOException {
        new Floor(Integer.parseInt(args[0])).run();
    }

    final void run() throws IOException {
        while (true) {
            selector.select(this::onReady);
            endTurn();
        }
    }

    /** Octets [0, length) of content came. */
    void take(final ByteBuffer content, final int length) throws IOException {
        // Not kept.
    }

    /** A message is complete. */
    void complete(final SocketChannel channel) throws IOException {
        send(channel, OK);
    }

    /** All that was ready has been worked off. */
    void endTurn() throws IOException {
        // Everything is answered already.
    }

    private void onReady(final SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else {
                read((SocketChannel) key.channel(), (Connection) key.attachment());
            }
        } catch (final IOException broken) {
            close(key); // the client went away: there is nobody to tell
        }
    }

    private void accept() throws IOException {
        SocketChannel accepted;
        while ((accepted = listener.accept()) != null) {
            accepted.configureBlocking(false);
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            accepted.register(selector, SelectionKey.OP_READ, new Connection());
            send(accepted, GREETING);
        }
    }

    private void read(final SocketChannel channel, final Connection connection) throws IOException {
        in.clear();
        final int length = channel.read(in);
        if (length < 0) {
            channel.close();
        } else if (connection.isInContent) {
            take(in, length);
            if (connection.endsWith(in, length)) {
                connection.isInContent = false;
                complete(channel);
            }
        } else if (length > 0) {
            command(channel, connection);
        }
    }

    private void command(final SocketChannel channel, final Connection connection) throws IOException {
        switch (in.get(0) | 32) {
            case 'e', 'h' -> send(channel, EHLO);
            case 'd' -> {
                connection.beginContent();
                send(channel, GO);
            }
            case 'q' -> {
                send(channel, BYE);
                channel.close();
            }
            default -> send(channel, OK);
        }
    }

    private static void close(final SelectionKey key) {
        try {
            key.channel().close();
        } catch (final IOException e) {
            key.cancel();
        }
    }

    static void send(final SocketChannel channel, final ByteBuffer reply) throws IOException {
        channel.write(reply.rewind());
    }

    private static ByteBuffer direct(final String text) {
        final byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(octets.length).put(octets).flip();
    }

    /** Whether content is under way, and its last five octets: the end may lie in two reads. */
    private static final class Connection {
        boolean isInContent;
        private long tail;

        void beginContent() {
            isInContent = true;
            tail = 0x0D0A; // the end of the DATA line counts: a message may be empty
        }

        boolean endsWith(final ByteBuffer content, final int length) {
            for (int i = Math.max(0, length - 5); i < length; i++) {
                tail = (tail << 8 | content.get(i) & 0xFF) & FIVE_OCTETS;
            }
            return tail == END_OF_DATA;
        }
    }
}
