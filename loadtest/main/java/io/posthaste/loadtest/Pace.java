package io.posthaste.loadtest;

/**
 * The open loop's schedule as data.
 *
 * @param seed of random spacing
 */
record Pace(RateProfile profile, Arrivals.Spacing spacing, long seed) {}
