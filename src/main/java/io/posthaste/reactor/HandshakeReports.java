package io.posthaste.reactor;

import io.posthaste.metrics.HandshakeFailure;
import io.posthaste.session.Peer;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator of handshakes that fail: of each cause a line for the first, then one in ten seconds at the most, with the
 * number of those in between, so that scanners do not hide a client that does not take our certificate. One for a reactor; called
 * on its thread only.
 *
 * <pre>
 *   cause=no_shared_cipher peer=192.0.2.1 name="mx.example" error="no cipher suites in common" more=3
 * </pre>
 */
final class HandshakeReports {
    static final String LOGGER_NAME = "io.posthaste.handshake";
    static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(10);
    /** Octets that are told of a name or of an engine's words. */
    static final int MOST_OCTETS = 255;

    private static final HandshakeFailure[] CAUSES = HandshakeFailure.values();
    private static final Logger LOG = LoggerFactory.getLogger(LOGGER_NAME);

    private final Consumer<String> writer;
    private final long[] nextNs = new long[CAUSES.length];
    private final long[] untold = new long[CAUSES.length];

    HandshakeReports(final long nowNs) {
        this(nowNs, LOG::info);
    }

    /** @param writer takes each line */
    HandshakeReports(final long nowNs, final Consumer<String> writer) {
        this.writer = writer;
        Arrays.fill(nextNs, nowNs);
    }

    /** A handshake has failed; its layer is asked for more only if it is told. */
    void failed(final HandshakeFailure cause, final Peer peer, final SecureLayer tls, final long nowNs) {
        final int place = cause.ordinal();
        if (nextNs[place] - nowNs > 0) {
            untold[place]++;
            return;
        }
        nextNs[place] = nowNs + INTERVAL_NS;
        final StringBuilder line = new StringBuilder();
        line.append("cause=")
                .append(cause.name().toLowerCase(Locale.ROOT))
                .append(" peer=")
                .append(peer);
        putQuoted(" name=\"", tls.serverName(), line);
        putQuoted(" error=\"", tls.failureText(), line);
        if (untold[place] > 0) {
            line.append(" more=").append(untold[place]);
            untold[place] = 0;
        }
        writer.accept(line.toString());
    }

    /** Nothing where there is no text. Visible ASCII only, as the client may have chosen it. */
    private static void putQuoted(final String key, final String text, final StringBuilder line) {
        if (text == null) {
            return;
        }
        line.append(key);
        for (int i = 0; i < Math.min(text.length(), MOST_OCTETS); i++) {
            final char octet = text.charAt(i);
            if (octet == '"' || octet == '\\') {
                line.append('\\');
            }
            line.append(octet >= ' ' && octet < 0x7F ? octet : '?');
        }
        line.append('"');
    }
}
