package io.posthaste.delivery;

/**
 * A number that a delivery tells of itself, for metrics.
 *
 * @param name what it is, in snake case with its unit at the end: {@code spool_size_bytes}; milliseconds are exported in seconds
 * @param help one sentence for people
 * @param isCounter whether it only ever goes up, from 0 at start
 * @param value as it is now
 * @param target which of several it is about, for a label; empty when there is only one. All or none of a name have it
 */
public record Figure(String name, String help, boolean isCounter, long value, String target) {
    /** A number that there is only once. */
    public Figure(final String name, final String help, final boolean isCounter, final long value) {
        this(name, help, isCounter, value, "");
    }
}
