package io.posthaste.loadtest.html;

import java.util.List;

/**
 * A part of the page under a heading of its own.
 *
 * @param id unique within the page
 * @param isWide whether it takes the whole width, its tables beside its drawing
 * @param svg the drawing, already escaped; empty when there is nothing to draw
 * @param legend which line is which
 * @param notes what must be known to read it, one paragraph each
 * @param tables the same in numbers
 */
public record Figure(
        String id,
        String heading,
        boolean isWide,
        String svg,
        List<Series> legend,
        List<String> notes,
        List<Table> tables) {
    /** One with nothing to draw, which says why. */
    public static Figure empty(String id, String heading, String why) {
        return new Figure(id, heading, false, "", List.of(), List.of(why), List.of());
    }
}
