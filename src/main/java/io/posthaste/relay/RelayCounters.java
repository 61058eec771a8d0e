package io.posthaste.relay;

import io.posthaste.delivery.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;

/** What a relay has done since it was opened. Any thread. */
final class RelayCounters {
    /** What is counted. */
    enum Count {
        CONNECTIONS_OPENED("Connections to the next server that were established."),
        CONNECTION_FAILURES("Attempts to connect that failed, or were refused before any mail."),
        CONNECTIONS_LOST("Connections that broke in the middle of a message."),
        TLS_CONNECTIONS("Connections to the next server within TLS."),
        TLS_FAILURES("Handshakes of TLS with the next server that failed."),
        MESSAGES_DELIVERED("Messages that the next server took for all recipients."),
        MESSAGES_DEFERRED("Messages that it did not take for now, for one recipient at least."),
        MESSAGES_REFUSED("Messages refused for good for one recipient at least."),
        MESSAGES_UNCERTAIN("Messages sent whole and never answered: they may come twice."),
        TIMEOUTS("Times the next server did not answer in time."),
        MALFORMED_REPLIES("Connections given up because the next server broke the protocol."),
        CONTENT_FAILURES("Messages that could not be read."),
        REPAIRED("Messages in which a bare CR or LF became a CRLF behind DATA."),
        UNFIT("Messages refused because the next server does not offer what they need."),
        LOOPS("Messages refused because they had come through too many servers."),
        REPORTS_SENT("Delivery status notifications that the next server took."),
        REPORTS_DROPPED("Delivery status notifications that nobody would take.");

        private final String help;

        Count(final String help) {
            this.help = help;
        }
    }

    private final AtomicLongArray slots = new AtomicLongArray(Count.values().length);
    private volatile int open;

    void add(final Count count) {
        slots.incrementAndGet(count.ordinal());
    }

    long count(final Count count) {
        return slots.get(count.ordinal());
    }

    /** Connections that are open now. */
    void open(final int connections) {
        open = connections;
    }

    /** For metrics: {@code relay_} and the name, for one of several relays. */
    List<Figure> figures(final String target) {
        final List<Figure> figures = new ArrayList<>();
        figures.add(new Figure("relay_connections_open", "Connections to the next server.", false, open, target));
        for (final Count count : Count.values()) {
            figures.add(new Figure(
                    "relay_" + count.name().toLowerCase(Locale.ROOT), count.help, true, count(count), target));
        }
        return figures;
    }
}
