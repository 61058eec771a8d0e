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
 * next selection. That selection may sleep for a moment: a busy server is woken anyway, which spares it a call, and a client
 * that has read the last reply then mostly closes first, so that the quarantine of RFC 9293's TIME-WAIT is the client's. Called
 * on the reactor thread only.
 */
final class Closings {
    /** A selection sleeps so long at the most, in milliseconds, while channels wait to be closed. */
    private static final long LONGEST_WAIT_MS = 1;

    private static final Logger LOG = LoggerFactory.getLogger(Closings.class);

    /** Cancelled since the last selection began. */
    private ArrayList<ByteChannel> cancelled = new ArrayList<>();

    /** Cancelled before it began: it makes the selector forget them. */
    private ArrayList<ByteChannel> forgotten = new ArrayList<>();

    /** Takes over a channel, to be closed behind the selection that begins next. */
    void add(final ByteChannel channel, final SelectionKey key) {
        key.cancel();
        cancelled.add(channel);
    }

    /** How long the selection that begins next may sleep, where it would sleep for {@code otherwiseMs}. */
    long longestSleepMs(final long otherwiseMs) {
        return cancelled.isEmpty() ? otherwiseMs : Math.min(otherwiseMs, LONGEST_WAIT_MS);
    }

    /** A selection begins. */
    void onSelecting() {
        final ArrayList<ByteChannel> empty = forgotten;
        forgotten = cancelled;
        cancelled = empty;
    }

    /** It is over: closes what was cancelled before it. */
    void onSelected() {
        closeAll(forgotten);
    }

    /** Closes all, behind the selector's end. */
    void closeAll() {
        closeAll(forgotten);
        closeAll(cancelled);
    }

    private static void closeAll(final ArrayList<ByteChannel> channels) {
        for (int i = channels.size() - 1; i >= 0; i--) {
            try {
                channels.remove(i).close();
            } catch (final IOException e) {
                LOG.debug("closing a connection failed: {}", e.toString());
            }
        }
    }
}
