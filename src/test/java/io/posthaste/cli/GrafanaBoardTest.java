package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The board is one that Grafana can show: what it would otherwise say nothing of and leave a panel empty or hidden. */
final class GrafanaBoardTest {
    private static final Path FILE =
            Path.of(System.getProperty("basedir", ""), "..", "docs", "operations", "grafana.json");

    private static final int COLUMNS = 24;
    private static final Set<String> TYPES = Set.of("stat", "timeseries");
    /** Of Grafana's: none, counts and bytes a second, bytes, seconds, milliseconds. */
    private static final Set<String> UNITS = Set.of("none", "cps", "Bps", "bytes", "s", "ms");

    private GrafanaBoard board;

    @BeforeEach
    void read() throws Exception {
        board = GrafanaBoard.read(FILE);
    }

    @Test
    void shouldHavePanelsThatAreToldApart() {
        assertEquals("Posthaste", board.title());
        assertTrue(board.panels().size() > 20);
        final Set<Integer> ids = new HashSet<>();
        final Set<String> titles = new HashSet<>();
        for (final JsonObject panel : board.panels()) {
            final String title = panel.getString("title");
            assertTrue(ids.add(panel.getInt("id")) && panel.getInt("id") > 0, title);
            assertTrue(titles.add(title), title);
            assertTrue(TYPES.contains(panel.getString("type")), title);
            final JsonObject defaults = panel.getObject("fieldConfig").getObject("defaults");
            assertTrue(UNITS.contains(defaults.getString("unit")), title);
        }
    }

    @Test
    void shouldHavePanelsThatDoNotOverlap() {
        final Map<List<Integer>, String> taken = new HashMap<>();
        for (final JsonObject panel : board.panels()) {
            final JsonObject place = panel.getObject("gridPos");
            final int right = place.getInt("x") + place.getInt("w");
            assertTrue(place.getInt("x") >= 0 && right <= COLUMNS, panel.getString("title"));
            assertTrue(place.getInt("w") > 0 && place.getInt("h") > 0, panel.getString("title"));
            for (int x = place.getInt("x"); x < right; x++) {
                for (int y = place.getInt("y"); y < place.getInt("y") + place.getInt("h"); y++) {
                    final String other = taken.put(List.of(x, y), panel.getString("title"));
                    assertEquals(null, other, () -> panel.getString("title") + " lies over " + other);
                }
            }
        }
    }

    @Test
    void shouldUseOnlyVariablesThatItHas() {
        final Set<String> known = board.variables().stream()
                .map(variable -> variable.getString("name"))
                .collect(Collectors.toCollection(TreeSet::new));
        known.add("__rate_interval");
        assertEquals(known, board.variablesUsed());
    }

    @Test
    void shouldAskTheDataSourceThatIsChosen() {
        for (final JsonObject panel : board.panels()) {
            final String title = panel.getString("title");
            final List<JsonObject> targets = GrafanaBoard.objects(panel.getArray("targets"));
            assertFalse(targets.isEmpty(), title);
            assertEquals("${datasource}", panel.getObject("datasource").getString("uid"), title);
            final Set<String> references = new HashSet<>();
            for (final JsonObject target : targets) {
                assertTrue(references.add(target.getString("refId")), title);
                assertEquals("${datasource}", target.getObject("datasource").getString("uid"), title);
                assertNotNull(target.getString("legendFormat"), title);
                assertTrue(target.getString("expr").contains("{instance=~\"$instance\""), title);
            }
        }
    }
}
