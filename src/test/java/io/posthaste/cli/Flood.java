package io.posthaste.cli;

import io.posthaste.tls.TlsFixtures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLEngine;

/**
 * A program that floods a server, at a rate of its own so that it does not measure who gets the processor. It goes by lines on
 * its standard input: {@code on}, {@code off}, each answered by a line when it is done, and ends with its input.
 */
public final class Flood {
    /** What it does to the server, so many times a second. */
    enum Kind {
        /** Connects, from one address, and says nothing. */
        CONNECTIONS_OF_ONE,
        /** Connects, from many addresses, and says nothing. */
        CONNECTIONS_OF_MANY,
        /** Connects, from many addresses, sends a ClientHello, and nothing more. */
        HANDSHAKES,
        /** Sends one octet on one of many connections of many addresses, each in the middle of a message. */
        SLOW_CLIENTS
    }

    /** Connections held open at once; the oldest is reset for the next. */
    private static final int HELD = 200;
    /** What it does at least between on and off, however slow the machine is. */
    private static final int LEAST = 2 * HELD;
    /** Addresses that it comes from when it comes from many. */
    private static final int ADDRESSES = 4096;

    private static final long PACE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int TIMEOUT_MS = 10_000;
    private static final byte TLS_HANDSHAKE = 22;

    private final Kind kind;
    private final InetSocketAddress server;
    private final int perSecond;
    private final byte[] firstWords;
    private final ArrayDeque<SocketChannel> held = new ArrayDeque<>();
    private final ByteBuffer input = ByteBuffer.allocate(1 << 12);
    private int next;

    /** Since it was switched on. */
    private long done;

    private long answered;
    private long refused;

    private Flood(final Kind kind, final InetSocketAddress server, final int perSecond) throws IOException {
        this.kind = kind;
        this.server = server;
        this.perSecond = perSecond;
        firstWords = kind == Kind.HANDSHAKES ? clientHello() : new byte[0];
    }

    /** Arguments: kind, port of loopback, times a second. */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        final InetSocketAddress server =
                new InetSocketAddress(InetAddress.getByName("127.0.0.1"), Integer.parseInt(arguments[1]));
        final Flood flood = new Flood(Kind.valueOf(arguments[0]), server, Integer.parseInt(arguments[2]));
        final BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        while ("on".equals(commands.readLine())) {
            final AtomicBoolean over = new AtomicBoolean();
            flood.begin();
            System.out.println("on");
            final Thread flooder = new Thread(() -> flood.until(over), "flood");
            flooder.start();
            final String command = commands.readLine();
            over.set(true);
            flooder.join();
            flood.end();
            if (!"off".equals(command)) {
                return;
            }
            System.out.printf(Locale.ROOT, "%d %d %d%n", flood.done, flood.answered, flood.refused);
        }
    }

    private void begin() throws IOException {
        done = 0;
        answered = 0;
        refused = 0;
        if (kind == Kind.SLOW_CLIENTS) {
            for (int i = 0; i < HELD; i++) {
                held.add(inTheMiddleOfAMessage());
            }
        }
    }

    private void until(final AtomicBoolean over) {
        final long begunNs = System.nanoTime();
        try {
            while (!over.get() || done < LEAST) {
                final long due = (System.nanoTime() - begunNs) * perSecond / TimeUnit.SECONDS.toNanos(1);
                // What a pause of the machine has kept it from is left out: the flood has a rate, not a debt.
                final long limit = done + Math.max(1, 10L * perSecond / 1000);
                while (done < Math.min(due, limit)) {
                    act();
                    done++;
                }
                LockSupport.parkNanos(PACE_NS);
            }
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void act() throws IOException {
        if (kind == Kind.SLOW_CLIENTS) {
            final SocketChannel slow = held.remove();
            slow.write(ByteBuffer.wrap(new byte[] {'x'}));
            held.add(slow);
        } else {
            if (held.size() == HELD) {
                judge(held.remove());
            }
            held.add(connect());
        }
    }

    private SocketChannel connect() throws IOException {
        final SocketChannel channel = SocketChannel.open();
        channel.bind(new InetSocketAddress(address(), 0));
        channel.connect(server);
        if (firstWords.length > 0) {
            channel.write(ByteBuffer.wrap(firstWords));
        }
        return channel;
    }

    private InetAddress address() throws UnknownHostException {
        next = (next + 1) % ADDRESSES;
        final int number = kind == Kind.CONNECTIONS_OF_ONE ? 0 : next;
        return InetAddress.getByAddress(new byte[] {127, 1, (byte) (number >> 8), (byte) number});
    }

    /** Looks what the server has said, and is gone. */
    private void judge(final SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        input.clear();
        try (channel) {
            final int count = channel.read(input);
            if (count > 0 && (input.get(0) == TLS_HANDSHAKE || input.get(0) == '2')) {
                answered++;
            } else if (count != 0) {
                refused++;
            }
        } catch (final IOException e) {
            // A reset: what it sent was not read.
            refused++;
        }
    }

    private SocketChannel inTheMiddleOfAMessage() throws IOException {
        final SocketChannel channel = connect();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        say(channel, "EHLO slow.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n", "354 ");
        return channel;
    }

    /** Waits for the reply that begins so. */
    private static void say(final SocketChannel channel, final String text, final String reply) throws IOException {
        channel.socket().setSoTimeout(TIMEOUT_MS);
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        final StringBuilder heard = new StringBuilder();
        while (heard.indexOf("\n" + reply) < 0 && !heard.toString().startsWith(reply)
                || heard.charAt(heard.length() - 1) != '\n') {
            final int octet = channel.socket().getInputStream().read();
            if (octet < 0) {
                throw new IOException("closed behind: " + heard);
            }
            heard.append((char) octet);
        }
    }

    /** All that are held are gone; slow clients end their messages before, which the server must take. */
    private void end() throws IOException {
        while (!held.isEmpty()) {
            final SocketChannel channel = held.remove();
            if (kind == Kind.SLOW_CLIENTS) {
                say(channel, "\r\n.\r\n", "250 ");
                answered++;
                channel.close();
            } else {
                judge(channel);
            }
        }
    }

    private static byte[] clientHello() throws IOException {
        final SSLEngine client = TlsFixtures.trustingAnyone().createSSLEngine("mx.example", 465);
        client.setUseClientMode(true);
        final ByteBuffer out = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
        client.wrap(ByteBuffer.allocate(0), out);
        final byte[] hello = new byte[out.position()];
        out.flip().get(hello);
        return hello;
    }
}
