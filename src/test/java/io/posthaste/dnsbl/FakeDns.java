package io.posthaste.dnsbl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A DNS server on loopback that says what the test wants. Its messages are made octet by octet, without the code under test. */
public final class FakeDns implements AutoCloseable {
    public static final int A = 1;
    public static final int CNAME = 5;
    public static final int SOA = 6;
    public static final int TXT = 16;
    static final int NAME_ERROR = 3;
    static final int SERVER_FAILURE = 2;
    static final int REFUSED = 5;

    private static final int TIMEOUT_MS = 10_000;
    private static final int HEADER = 12;
    private static final int ANSWER = 0x8180;
    static final int TRUNCATED = 0x0200;
    private static final int MINUTE = 60;

    /** A question that came. */
    public record Asked(String name, int type, byte[] octets, SocketAddress from) {}

    private final DatagramSocket socket;
    private final InetSocketAddress address;
    /** What {@link #serve} answers: addresses of names, and texts. */
    private final Map<String, String> listed = new ConcurrentHashMap<>();

    private final AtomicInteger questions = new AtomicInteger();

    public FakeDns() throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        socket.setSoTimeout(TIMEOUT_MS);
        address = (InetSocketAddress) socket.getLocalSocketAddress();
    }

    public InetSocketAddress address() {
        return address;
    }

    /** The next question. */
    Asked isAsked() throws IOException {
        final DatagramPacket packet = new DatagramPacket(new byte[512], 512);
        socket.receive(packet);
        final byte[] octets = Arrays.copyOf(packet.getData(), packet.getLength());
        final StringBuilder name = new StringBuilder();
        int at = HEADER;
        while (octets[at] != 0) {
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(octets, at + 1, octets[at], StandardCharsets.US_ASCII));
            at += 1 + octets[at];
        }
        questions.incrementAndGet();
        assertEquals(at + 5, octets.length, "one question and nothing else");
        return new Asked(name.toString(), octets[at + 2], octets, packet.getSocketAddress());
    }

    Asked isAsked(final String name, final int type) throws IOException {
        final Asked asked = isAsked();
        assertEquals(name, asked.name());
        assertEquals(type, asked.type());
        return asked;
    }

    void sends(final Asked to, final byte[] message) throws IOException {
        socket.send(new DatagramPacket(message, message.length, to.from()));
    }

    void saysListed(final Asked to, final String address) throws IOException {
        sends(to, answer(to, 0, record(to.name(), A, MINUTE, octets(address))));
    }

    void saysNotListed(final Asked to) throws IOException {
        sends(to, answer(to, NAME_ERROR));
    }

    // ---- a server of its own

    /** From now on lists an address of the zone: {@code 2.0.0.127.zone}. */
    public void lists(final String name, final String reason) {
        listed.put(name, reason);
    }

    public int questions() {
        return questions.get();
    }

    /** Answers every question until it is closed, on a thread of its own. */
    public void serve() {
        final Thread thread = new Thread(this::run, "fake-dns");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            socket.setSoTimeout(0);
            while (true) {
                final Asked asked = isAsked();
                final String reason = listed.get(asked.name().toLowerCase(Locale.ROOT));
                if (reason == null) {
                    saysNotListed(asked);
                } else if (asked.type() == TXT) {
                    sends(asked, answer(asked, 0, record(asked.name(), TXT, MINUTE, text(reason))));
                } else {
                    saysListed(asked, "127.0.0.2");
                }
            }
        } catch (final SocketException e) {
            // Closed: that is its end.
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- messages

    /** The answer to a question, with records of the answer section. */
    static byte[] answer(final Asked asked, final int rcode, final byte[]... records) {
        return message(asked, ANSWER | rcode, records.length, 0, records);
    }

    static byte[] message(
            final Asked asked, final int flags, final int answers, final int authorities, final byte[]... records) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(asked.octets());
        for (final byte[] one : records) {
            out.writeBytes(one);
        }
        final ByteBuffer message = ByteBuffer.wrap(out.toByteArray());
        message.putShort(2, (short) flags).putShort(6, (short) answers).putShort(8, (short) authorities);
        return message.array();
    }

    /** That there is nothing, and for how long that may be remembered. */
    static byte[] nothing(final Asked asked, final int rcode, final int ttl, final int minimum) {
        final ByteBuffer soa = ByteBuffer.allocate(2 + 5 * Integer.BYTES);
        soa.put((byte) 0).put((byte) 0).putInt(1).putInt(2).putInt(3).putInt(4).putInt(minimum);
        return message(asked, ANSWER | rcode, 0, 1, record("example", SOA, ttl, soa.array()));
    }

    static byte[] record(final String name, final int type, final int ttl, final byte[] data) {
        return record(name(name), type, ttl, data);
    }

    static byte[] record(final byte[] name, final int type, final int ttl, final byte[] data) {
        try {
            final ByteArrayOutputStream octets = new ByteArrayOutputStream();
            final DataOutputStream out = new DataOutputStream(octets);
            out.write(name);
            out.writeShort(type);
            out.writeShort(1);
            out.writeInt(ttl);
            out.writeShort(data.length);
            out.write(data);
            return octets.toByteArray();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] name(final String name) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (final String label : name.split("\\.")) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.write(0);
        return out.toByteArray();
    }

    static byte[] text(final String... strings) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (final String string : strings) {
            out.write(string.length());
            out.writeBytes(string.getBytes(StandardCharsets.ISO_8859_1));
        }
        return out.toByteArray();
    }

    static byte[] octets(final String address) {
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
