package io.posthaste.relay;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * A next server over a real loopback socket that says what a test wants and when it wants. It lives on the test's thread, so
 * that the client under test takes a step whenever it waits: nothing sleeps and nothing races.
 */
final class ScriptedHop implements Closeable {
    private static final long PATIENCE_NS = 20_000_000_000L;

    private final ServerSocketChannel listener = ServerSocketChannel.open();

    ScriptedHop() throws IOException {
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .configureBlocking(false);
    }

    int port() throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    String uri() throws IOException {
        return "smtp://127.0.0.1:" + port();
    }

    /** Waits for the client to connect. */
    Conversation accept(final Stepper client) throws IOException {
        final SocketChannel[] accepted = new SocketChannel[1];
        client.until("a connection", () -> {
            accepted[0] = listener.accept();
            return accepted[0] != null;
        });
        accepted[0].configureBlocking(false);
        return new Conversation(accepted[0], client);
    }

    /** Whether the client has connected once more. */
    boolean isConnectionWaiting() throws IOException {
        try (SocketChannel accepted = listener.accept()) {
            return accepted != null;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /** Lets the client under test go on. */
    interface Stepper {
        void step() throws IOException;

        /** Steps until something holds. */
        default void until(final String what, final Condition condition) throws IOException {
            final long endNs = System.nanoTime() + PATIENCE_NS;
            while (!condition.holds()) {
                if (System.nanoTime() - endNs >= 0) {
                    throw new AssertionError("waited in vain for " + what);
                }
                step();
            }
        }

        default void untilTrue(final String what, final BooleanSupplier condition) throws IOException {
            until(what, condition::getAsBoolean);
        }
    }

    /** Something that may come to hold. */
    interface Condition {
        boolean holds() throws IOException;
    }

    /** One connection, as the server sees it. */
    static final class Conversation implements Closeable {
        private final SocketChannel channel;
        private final Stepper client;
        private final ByteBuffer in = ByteBuffer.allocate(256 * 1024).flip();
        private boolean isEnded;

        Conversation(final SocketChannel channel, final Stepper client) {
            this.channel = channel;
            this.client = client;
        }

        /** Says lines, each ended by CRLF. */
        Conversation says(final String... lines) throws IOException {
            for (final String line : lines) {
                saysOctets((line + "\r\n").getBytes(StandardCharsets.UTF_8));
            }
            return this;
        }

        /** Says the same, letting the client read after each octet. */
        Conversation saysSlowly(final String line) throws IOException {
            for (final byte octet : (line + "\r\n").getBytes(StandardCharsets.UTF_8)) {
                saysOctets(new byte[] {octet});
                client.step();
            }
            return this;
        }

        Conversation saysOctets(final byte[] octets) throws IOException {
            final ByteBuffer out = ByteBuffer.wrap(octets);
            client.until("room in the socket", () -> {
                channel.write(out);
                return !out.hasRemaining();
            });
            return this;
        }

        /** Expects exactly this line, and returns this. */
        Conversation expects(final String line) throws IOException {
            final String heard = line();
            if (!line.equals(heard)) {
                throw new AssertionError("expected <" + line + "> but heard <" + heard + ">");
            }
            return this;
        }

        /** The next line without its CRLF. */
        String line() throws IOException {
            final ByteArrayOutputStream line = new ByteArrayOutputStream();
            byte octet = octet("a line, after '" + line + "'");
            while (octet != '\n') {
                line.write(octet);
                octet = octet("the rest of '" + line + "'");
            }
            final String text = line.toString(StandardCharsets.UTF_8);
            if (!text.endsWith("\r")) {
                throw new AssertionError("a bare LF behind <" + text + ">");
            }
            return text.substring(0, text.length() - 1);
        }

        /** So many octets. */
        String octets(final int count) throws IOException {
            final ByteArrayOutputStream octets = new ByteArrayOutputStream();
            while (octets.size() < count) {
                octets.write(octet(count + " octets"));
            }
            return octets.toString(StandardCharsets.ISO_8859_1);
        }

        /** The content of DATA, with dot-stuffing undone, without the end of data. */
        String content() throws IOException {
            final StringBuilder content = new StringBuilder();
            while (true) {
                final String line = line();
                if (line.equals(".")) {
                    return content.toString();
                }
                content.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
            }
        }

        /** Lets the client take some turns, and then expects that it said nothing. */
        Conversation hearsNothing() throws IOException {
            for (int i = 0; i < 5; i++) {
                client.step();
            }
            read();
            if (in.hasRemaining() || isEnded) {
                throw new AssertionError(isEnded ? "the client closed" : "heard <" + line() + ">");
            }
            return this;
        }

        /** Expects that the client closes, whatever it says before. */
        void expectsEnd() throws IOException {
            client.until("the client to close", () -> {
                in.position(in.limit());
                read();
                return isEnded;
            });
        }

        /** The greeting and EHLO with these extensions. */
        Conversation greets(final String... extensions) throws IOException {
            says("220 next.example ESMTP").expects("EHLO edge.example");
            return offers(extensions);
        }

        /** Answers EHLO. */
        Conversation offers(final String... extensions) throws IOException {
            final String[] lines = new String[extensions.length + 1];
            for (int i = 0; i < lines.length; i++) {
                lines[i] = "250" + (i < extensions.length ? "-" : " ") + (i == 0 ? "next.example" : extensions[i - 1]);
            }
            return says(lines);
        }

        /** Breaks off with a reset. */
        void resets() throws IOException {
            channel.setOption(java.net.StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        }

        SocketChannel channel() {
            return channel;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        private byte octet(final String what) throws IOException {
            if (!in.hasRemaining()) {
                client.until(what, () -> {
                    read();
                    if (isEnded && !in.hasRemaining()) {
                        throw new AssertionError("the client closed instead of " + what);
                    }
                    return in.hasRemaining();
                });
            }
            return in.get();
        }

        private void read() throws IOException {
            in.compact();
            try {
                isEnded |= channel.read(in) < 0;
            } catch (final IOException e) {
                isEnded = true;
            } finally {
                in.flip();
            }
        }
    }
}
