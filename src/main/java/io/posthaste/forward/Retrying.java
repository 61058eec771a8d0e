package io.posthaste.forward;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * When what was deferred is tried again (RFC 5321 section 4.5.4.1), and when no more.
 *
 * @param firstDelayMs before the second attempt; doubles from one to the next
 * @param longestDelayMs between two attempts
 * @param expiryMs age of a message, since it was stored, at which the attempt is the last
 */
public record Retrying(long firstDelayMs, long longestDelayMs, long expiryMs) {
    public static final int DEFAULT_EXPIRY_DAYS = 5;

    /** A minute, an hour, {@value #DEFAULT_EXPIRY_DAYS} days. */
    public static final Retrying DEFAULTS = new Retrying(
            TimeUnit.MINUTES.toMillis(1), TimeUnit.HOURS.toMillis(1), TimeUnit.DAYS.toMillis(DEFAULT_EXPIRY_DAYS));

    /** Between two looks whether a target that was away is back: 1 s to 1 min. */
    static final Retrying PAUSE = new Retrying(TimeUnit.SECONDS.toMillis(1), TimeUnit.MINUTES.toMillis(1), 1);

    /** What is drawn lies within a quarter of the delay, so that what failed together does not come together again. */
    private static final double JITTER = 0.25;

    private static final int MOST_DOUBLINGS = 30;

    /** @throws IllegalArgumentException one line for the operator */
    public Retrying {
        if (firstDelayMs < 1 || longestDelayMs < firstDelayMs || expiryMs < 1) {
            throw new IllegalArgumentException("retrying after " + firstDelayMs + " to " + longestDelayMs + " ms, for "
                    + expiryMs + " ms, makes no sense");
        }
    }

    public Retrying withExpiryMs(final long newExpiryMs) {
        return new Retrying(firstDelayMs, longestDelayMs, newExpiryMs);
    }

    /** What no delay exceeds, jitter included. */
    long mostDelayMs() {
        return (long) Math.ceil(longestDelayMs * (1 + JITTER));
    }

    /**
     * The delay behind an attempt, with jitter.
     *
     * @param attempts made, from 1
     */
    long delayMs(final int attempts, final RandomGenerator random) {
        final int doublings = Math.min(MOST_DOUBLINGS, attempts - 1);
        final long whole = firstDelayMs > longestDelayMs >> doublings ? longestDelayMs : firstDelayMs << doublings;
        return Math.max(1, Math.round(whole * (1 - JITTER + 2 * JITTER * random.nextDouble())));
    }
}
