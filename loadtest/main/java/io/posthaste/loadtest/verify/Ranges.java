package io.posthaste.loadtest.verify;

import java.util.ArrayList;
import java.util.List;

/** Sequence numbers as ranges in rising order, neighbours joined. One thread. */
public final class Ranges {
    private final List<Range> ranges = new ArrayList<>();
    private long count;

    /**
     * Numbers that follow each other.
     *
     * @param last inclusive
     */
    public record Range(long first, long last) {
        @Override
        public String toString() {
            return first == last ? Long.toString(first) : first + "-" + last;
        }
    }

    /**
     * Adds numbers behind those that there are.
     *
     * @param last inclusive
     */
    void add(long first, long last) {
        final int end = ranges.size() - 1;
        final long before = end < 0 ? -2 : ranges.get(end).last;
        if (first <= before || last < first || first < 0) {
            throw new IllegalArgumentException(first + "-" + last + " behind " + before);
        }
        count += last - first + 1;
        if (first == before + 1) {
            ranges.set(end, new Range(ranges.get(end).first, last));
        } else {
            ranges.add(new Range(first, last));
        }
    }

    /** Numbers in all. */
    public long count() {
        return count;
    }

    public List<Range> list() {
        return List.copyOf(ranges);
    }

    /** Walks over numbers that rise: whether each is in a range. */
    Cursor cursor() {
        return new Cursor();
    }

    /** A place in the ranges. */
    final class Cursor {
        private int index;

        /** @param number no less than the one before */
        boolean contains(long number) {
            while (index < ranges.size() && ranges.get(index).last < number) {
                index++;
            }
            return index < ranges.size() && ranges.get(index).first <= number;
        }
    }
}
