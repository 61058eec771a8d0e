package io.posthaste.delivery;

/**
 * A number that a delivery tells of itself, for metrics.
 *
 * @param name what it is, in snake case with its unit at the end: {@code spool_size_bytes}
 * @param help one sentence for people
 * @param isCounter whether it only ever goes up, from 0 at start
 * @param value as it is now
 */
public record Figure(String name, String help, boolean isCounter, long value) {}
