package io.posthaste.loadtest.html;

import java.util.List;

/**
 * Rows of text under a head. The first column names the row.
 *
 * @param caption what it holds
 * @param isOpen whether it is seen without being asked for
 * @param isText whether the last column holds words, which wrap, rather than numbers
 * @param head names of the columns, the first one's included
 */
public record Table(String caption, boolean isOpen, boolean isText, List<String> head, List<Row> rows) {
    public record Row(String name, List<String> cells) {}
}
