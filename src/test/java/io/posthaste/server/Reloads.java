package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.Figure;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What files that are read again tell of it. */
final class Reloads {
    private Reloads() {}

    /** All there is, and nothing else, each of these files. */
    static void are(
            final List<Figure> figures,
            final String what,
            final long reloads,
            final long failures,
            final long faults,
            final long lastSuccess) {
        assertEquals(
                Map.of(
                        "reloads",
                        reloads,
                        "reload_failures",
                        failures,
                        "reload_faults",
                        faults,
                        "reload_last_success_timestamp_seconds",
                        lastSuccess),
                figures.stream().collect(Collectors.toMap(Figure::name, Figure::value)));
        assertTrue(figures.stream()
                .allMatch(figure ->
                        figure.label().equals("what") && figure.target().equals(what)));
    }
}
