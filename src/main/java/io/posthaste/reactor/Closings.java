package io.posthaste.reactor;

import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Channels that are done with and wait for the selector to forget them. A channel closed while it is registered costs two
 * system calls more: the JDK then looks at SO_LINGER and shuts the socket down, because it can close it only behind the
 * next selection. Called on the reactor thread only.
 */
final class Closings {
    private static final Logger LOG = LoggerFactory.getLogger(Closings.class);

    private final ArrayList<ByteChannel> channels = new ArrayList<>();

    /** Takes over a channel, to be closed behind the selection that comes next. */
    void add(final ByteChannel channel, final SelectionKey key) {
        key.cancel();
        channels.add(channel);
    }

    boolean isEmpty() {
        return channels.isEmpty();
    }

    /** Closes them; behind a selection, or the selector's end. */
    void closeAll() {
        for (int i = channels.size() - 1; i >= 0; i--) {
            try {
                channels.remove(i).close();
            } catch (final IOException e) {
                LOG.debug("closing a connection failed: {}", e.toString());
            }
        }
    }
}
