package io.posthaste.relay;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** What a client knows of one next hop: where it is, and whether connecting to it makes sense now. Client thread only. */
final class Hop {
    /** The first pause behind a failure; each further one doubles it. */
    static final long LEAST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(250);
    /** The longest pause. */
    static final long GREATEST_PAUSE_NS = TimeUnit.SECONDS.toNanos(5);

    /** How long addresses are believed. */
    private static final long ADDRESS_LIFE_NS = TimeUnit.MINUTES.toNanos(1);
    /** How long a server whose TLS failed is talked to in the clear. */
    private static final long TLS_DISTRUST_NS = TimeUnit.MINUTES.toNanos(5);

    private static final int GREATEST_SHIFT = 5;

    private final NextHop target;
    private List<SocketAddress> addresses = List.of();
    private long resolvedNs;
    private boolean isResolving;
    private int nextAddress;

    private int failures;
    private int rounds;
    private long pauseEndNs;
    private String lastFailure = "not tried yet";

    private boolean isTlsDistrusted;
    private long tlsDistrustEndNs;

    Hop(final NextHop target, final long nowNs) {
        this.target = target;
        pauseEndNs = nowNs;
        if (!target.mustBeResolved()) {
            addresses = target.knownAddresses();
        }
    }

    NextHop target() {
        return target;
    }

    String lastFailure() {
        return target + ": " + lastFailure;
    }

    /** Whether it is to be left alone for now. */
    boolean isPausing(final long nowNs) {
        return failures > 0 && nowNs - pauseEndNs < 0;
    }

    boolean isResolving() {
        return isResolving;
    }

    /** Whether its addresses must be asked for before a connection can be opened. */
    boolean needsAddresses(final long nowNs) {
        return target.mustBeResolved() && (addresses.isEmpty() || nowNs - resolvedNs > ADDRESS_LIFE_NS);
    }

    void beginResolving() {
        isResolving = true;
    }

    /** The answer; empty when there is none. */
    void onResolved(final List<InetAddress> answer, final long nowNs) {
        isResolving = false;
        if (answer.isEmpty()) {
            addresses = List.of();
            onFailure("unknown host", nowNs);
            return;
        }
        final List<SocketAddress> sockets = new ArrayList<>();
        answer.forEach(address -> sockets.add(new InetSocketAddress(address, target.port())));
        addresses = sockets;
        resolvedNs = nowNs;
    }

    /** The address to try. */
    SocketAddress address() {
        return addresses.get(Math.floorMod(nextAddress, addresses.size()));
    }

    /** A connection was taken into service. */
    void onReady() {
        failures = 0;
        rounds = 0;
    }

    /** A connection could not be had, or was refused before any mail: the next address is tried, or there is a pause. */
    void onFailure(final String reason, final long nowNs) {
        lastFailure = reason;
        failures++;
        nextAddress++;
        if (addresses.isEmpty() || failures % addresses.size() == 0) {
            final long pauseNs = Math.min(GREATEST_PAUSE_NS, LEAST_PAUSE_NS << Math.min(rounds++, GREATEST_SHIFT));
            pauseEndNs = nowNs + pauseNs / 2 + ThreadLocalRandom.current().nextLong(pauseNs / 2 + 1);
        } else {
            pauseEndNs = nowNs;
        }
    }

    /** Whether TLS failed lately. */
    boolean isTlsDistrusted(final long nowNs) {
        return isTlsDistrusted && nowNs - tlsDistrustEndNs < 0;
    }

    void distrustTls(final long nowNs) {
        isTlsDistrusted = true;
        tlsDistrustEndNs = nowNs + TLS_DISTRUST_NS;
    }
}
