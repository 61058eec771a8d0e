package io.posthaste.loadtest.html;

import java.util.List;

/**
 * Rows of text under a head. The first column names the row.
 *
 * @param caption what it holds
 * @param isOpen whether it is seen without being asked for
 * @param head names of the columns, the first one's included
 */
public record Table(String caption, boolean isOpen, List<String> head, List<Row> rows) {
    /** @param isText whether its cells are words, which wrap, rather than numbers */
    public record Row(String name, boolean isText, List<String> cells) {}

    /** A row of numbers. */
    public static Row numbers(String name, List<String> cells) {
        return new Row(name, false, cells);
    }

    /** A row of words. */
    public static Row words(String name, List<String> cells) {
        return new Row(name, true, cells);
    }
}
