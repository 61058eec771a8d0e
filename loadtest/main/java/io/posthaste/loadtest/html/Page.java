package io.posthaste.loadtest.html;

import java.util.List;

/**
 * The whole page. All text is escaped when it is written, except {@link Figure#svg()}.
 *
 * @param lead what was run, in a sentence or two
 * @param command what has to be typed to run it again
 * @param made when and by what it was written
 */
public record Page(
        String title,
        String lead,
        List<Verdict> verdicts,
        List<Tile> tiles,
        List<Fact> facts,
        String command,
        List<Figure> figures,
        String made) {

    /** One result in words. @param isGood whether it is as one would have it */
    public record Verdict(boolean isGood, String headline, String text) {}

    /** One result in large digits. @param note what stands below, may be empty */
    public record Tile(String label, String value, String note) {}

    /** One line of what was run and what became of it. */
    public record Fact(String name, String text) {}
}
