package io.posthaste.delivery;

/**
 * A number that a part of the server tells of itself, for metrics.
 *
 * @param name what it is, in snake case with its unit at the end: {@code spool_size_bytes}; milliseconds are exported in seconds
 * @param help one sentence for people
 * @param isCounter whether it only ever goes up, from 0 at start
 * @param value as it is now
 * @param label the label that says which of several it is about; empty when there is only one. All of a name have the same
 * @param target its value
 */
public record Figure(String name, String help, boolean isCounter, long value, String label, String target) {
    /** A number that there is only once. */
    public Figure(final String name, final String help, final boolean isCounter, final long value) {
        this(name, help, isCounter, value, "", "");
    }

    /** A number about one of several places that mail goes to; empty when there is only one. */
    public Figure(
            final String name, final String help, final boolean isCounter, final long value, final String target) {
        this(name, help, isCounter, value, target.isEmpty() ? "" : "target", target);
    }
}
