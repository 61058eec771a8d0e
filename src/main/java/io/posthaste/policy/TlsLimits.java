package io.posthaste.policy;

import java.util.concurrent.TimeUnit;

/**
 * What handshakes of TLS may cost. Immutable.
 *
 * @param handshakeTimeoutNs for a handshake, from its beginning; then the connection is closed
 * @param handshakesPerSecond handshakes that may begin in a second, a second's worth at once; more are answered
 *     {@code 454 4.7.0}, or closed on a listener for TLS. {@link Integer#MAX_VALUE} for no limit
 */
public record TlsLimits(long handshakeTimeoutNs, int handshakesPerSecond) {
    public static final int DEFAULT_HANDSHAKE_TIMEOUT_SECONDS = 30;
    public static final long DEFAULT_HANDSHAKE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(DEFAULT_HANDSHAKE_TIMEOUT_SECONDS);
    public static final int DEFAULT_HANDSHAKES_PER_SECOND = 1000;

    /** All defaults. */
    public static final TlsLimits DEFAULTS = new TlsLimits(DEFAULT_HANDSHAKE_TIMEOUT_NS, DEFAULT_HANDSHAKES_PER_SECOND);

    public TlsLimits {
        if (handshakeTimeoutNs <= 0) {
            throw new IllegalArgumentException("handshake timeout must be more than 0, not " + handshakeTimeoutNs);
        }
        if (handshakesPerSecond < 1) {
            throw new IllegalArgumentException("handshake rate must be at least 1, not " + handshakesPerSecond);
        }
    }

    public TlsLimits withHandshakeTimeoutNs(final long timeoutNs) {
        return new TlsLimits(timeoutNs, handshakesPerSecond);
    }

    public TlsLimits withHandshakesPerSecond(final int count) {
        return new TlsLimits(handshakeTimeoutNs, count);
    }

    /** The part of one reactor of so many, at least one handshake a second. */
    public TlsLimits shareOf(final int reactors) {
        return handshakesPerSecond == Integer.MAX_VALUE
                ? this
                : withHandshakesPerSecond(Math.max(1, handshakesPerSecond / reactors));
    }
}
