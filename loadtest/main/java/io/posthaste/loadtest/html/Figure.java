package io.posthaste.loadtest.html;

import java.util.List;

/**
 * A part of the page under a heading of its own.
 *
 * @param id unique within the page
 * @param svg the drawing, already escaped; empty when there is nothing to draw
 * @param legend which line is which
 * @param notes what must be known to read it, one paragraph each
 * @param tables the same in numbers
 */
public record Figure(
        String id, String heading, String svg, List<Series> legend, List<String> notes, List<Table> tables) {}
