package io.posthaste.server;

import io.posthaste.reactor.Listener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The sockets that a server listens with: for each of its addresses one in every reactor. They belong to this until a
 * reactor has taken them. One thread; the addresses any, once they are open.
 */
final class ListeningSockets {
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    /** By reactor, then by address. */
    private final List<List<ServerSocketChannel>> channels = new ArrayList<>();

    ListeningSockets(final int reactors) {
        for (int i = 0; i < reactors; i++) {
            channels.add(new ArrayList<>());
        }
    }

    /**
     * Opens those of some addresses.
     *
     * @param wanted port 0 takes a free one
     * @throws IOException one of them cannot be listened on; the message says which, and {@link #close} has to follow
     */
    void open(final List<InetSocketAddress> wanted) throws IOException {
        for (final InetSocketAddress address : wanted) {
            try {
                add(Listener.open(address, channels.size()));
            } catch (final IOException e) {
                throw new IOException("cannot listen on " + HostPort.format(address) + ": " + e.getMessage(), e);
            }
        }
    }

    /** @param ofAddress one for each reactor */
    private void add(final List<ServerSocketChannel> ofAddress) throws IOException {
        for (int i = 0; i < ofAddress.size(); i++) {
            channels.get(i).add(ofAddress.get(i));
        }
        addresses.add((InetSocketAddress) ofAddress.get(0).getLocalAddress());
    }

    /** The addresses really listened on, in the order in which they were wanted. */
    List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /** What one reactor, counted from 0, is to accept from. */
    List<ServerSocketChannel> ofReactor(final int index) {
        return channels.get(index);
    }

    /** Closes them all. Idempotent. */
    void close() throws IOException {
        for (final List<ServerSocketChannel> ofReactor : channels) {
            for (final ServerSocketChannel channel : ofReactor) {
                channel.close();
            }
        }
    }
}
