package io.posthaste.dnsbl;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * A question to DNS servers under way: one after the other, again when none answers. Each has a socket of its own that is
 * connected to one server: the kernel gives it a random port, and takes nothing from elsewhere (RFC 5452 section 9.2). Agent's
 * thread only.
 */
final class Exchange implements AutoCloseable {
    /** Times that a question is asked before it is given up, each for an equal part of the timeout, refusals not counted. */
    static final int ATTEMPTS = 3;

    /** No server was asked. */
    private static final int NONE = -1;

    /** Whose attempt is given up first. One that is kept in this order has to be taken out of it before {@link #send}. */
    static final Comparator<Exchange> BY_DEADLINE = (one, other) -> {
        final int byDeadline = Long.signum(one.deadlineNs - other.deadlineNs);
        return byDeadline == 0 ? Long.compare(one.number, other.number) : byDeadline;
    };

    private final long number;
    private final Lookup lookup;
    private final DnsblZone zone;
    private final byte[] name;
    private final int type;
    private final int attempts;
    private final long endNs;
    private final ByteBuffer question;
    private DatagramChannel channel;
    /** Attempts begun. */
    private int begun;

    private int server = NONE;
    /** Servers that cannot be asked, or said they cannot answer: passed over from then on. */
    private final BitSet refused = new BitSet();

    private long deadlineNs;

    /**
     * @param number that no other has
     * @param attempts that servers may leave unanswered
     * @param endNs when it is over, whoever may still be asked
     */
    Exchange(
            final long number,
            final Lookup lookup,
            final DnsblZone zone,
            final byte[] name,
            final int type,
            final int attempts,
            final long endNs) {
        this.number = number;
        this.lookup = lookup;
        this.zone = zone;
        this.name = name;
        this.type = type;
        this.attempts = attempts;
        this.endNs = endNs;
        question = ByteBuffer.allocate(DnsName.MOST_OCTETS + 16);
    }

    Lookup lookup() {
        return lookup;
    }

    DnsblZone zone() {
        return zone;
    }

    int type() {
        return type;
    }

    ByteBuffer question() {
        return question;
    }

    /** When this attempt is given up. */
    long deadlineNs() {
        return deadlineNs;
    }

    boolean mayTryAgain(final long nowNs) {
        return begun < attempts && isTimeLeft(nowNs);
    }

    /** The server of this attempt cannot answer, which takes no attempt from the others; whether another is to be asked. */
    boolean onRefusal(final List<InetSocketAddress> servers, final long nowNs) {
        refused.set(server);
        begun--;
        return refused.cardinality() < servers.size() && isTimeLeft(nowNs);
    }

    /** What servers take to refuse counts. */
    private boolean isTimeLeft(final long nowNs) {
        return endNs - nowNs > 0;
    }

    /**
     * Begins the next attempt: with the next server that has not refused, or the one again that is left, on the same socket, as
     * the answer to the attempt before may still come.
     *
     * @param id of the question, random
     * @param untilNs when the attempt is given up, if the question is not over before
     */
    void send(final List<InetSocketAddress> servers, final Selector selector, final int id, final long untilNs)
            throws IOException {
        deadlineNs = endNs - untilNs < 0 ? endNs : untilNs;
        begun++;
        final int next = nextServer(servers.size());
        if (next != server) {
            server = next;
            DnsAnswer.putQuestion(question, id, name, type);
            connect(servers.get(server), selector);
        }
        channel.write(question.rewind());
    }

    /** In turn; there is one that has not refused. */
    private int nextServer(final int servers) {
        int next = (server + 1) % servers;
        while (refused.get(next)) {
            next = (next + 1) % servers;
        }
        return next;
    }

    private void connect(final InetSocketAddress address, final Selector selector) throws IOException {
        close();
        channel = open(address.getAddress());
        channel.configureBlocking(false);
        channel.connect(address);
        channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** @throws IOException also where there is no IPv6 at all, which the JDK tells by an exception that is unchecked */
    private static DatagramChannel open(final InetAddress server) throws IOException {
        try {
            return DatagramChannel.open(
                    server instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        } catch (final UnsupportedOperationException e) {
            throw new IOException("there is no IPv6 here to reach the DNS server by", e);
        }
    }

    /** Reads a datagram from the front of the buffer on; false when there is none. */
    boolean receive(final ByteBuffer into) throws IOException {
        into.clear();
        if (channel == null || !channel.isOpen()) {
            return false;
        }
        final int count = channel.read(into);
        into.flip();
        return count > 0;
    }

    /** Idempotent. */
    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public String toString() {
        return DnsName.toString(name);
    }
}
