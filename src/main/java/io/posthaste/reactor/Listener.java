package io.posthaste.reactor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.List;

/** Opens listening sockets: one for each reactor on the same address, so that the kernel spreads connections over them. */
public final class Listener {
    /** Connections that may wait to be accepted. The kernel caps it at net.core.somaxconn. */
    public static final int BACKLOG = 4096;

    private Listener() {}

    /**
     * Opens {@code count} sockets on one address. Port 0 is resolved once, for all.
     *
     * @throws IOException the address cannot be listened on; nothing is left open. An address that another process listens
     *     on is refused although SO_REUSEPORT would allow to share it: two servers would each get half of the connections
     */
    public static List<ServerSocketChannel> open(final InetSocketAddress address, final int count) throws IOException {
        final List<ServerSocketChannel> channels = new ArrayList<>(count);
        try {
            InetSocketAddress bound = address;
            if (count > 1 && address.getPort() != 0) {
                bind(address, false).close();
            }
            for (int i = 0; i < count; i++) {
                final ServerSocketChannel channel = bind(bound, count > 1);
                channels.add(channel);
                bound = (InetSocketAddress) channel.getLocalAddress();
            }
            return channels;
        } catch (final IOException e) {
            for (final ServerSocketChannel channel : channels) {
                channel.close();
            }
            throw e;
        }
    }

    private static ServerSocketChannel bind(final InetSocketAddress address, final boolean shared) throws IOException {
        final ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            if (shared) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            channel.bind(address, BACKLOG);
            return channel;
        } catch (final UnsupportedAddressTypeException e) {
            channel.close();
            throw new IOException("there is no IPv6 here", e);
        } catch (final IOException e) {
            channel.close();
            throw e;
        }
    }
}
