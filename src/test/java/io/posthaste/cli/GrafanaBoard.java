package io.posthaste.cli;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The board of {@code docs/operations}. */
final class GrafanaBoard {
    private static final Pattern LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

    private final JsonObject board;

    private GrafanaBoard(final JsonObject board) {
        this.board = board;
    }

    /** A query of a panel. */
    record Query(String panel, String refId, String expression, String legend) {
        /** As Grafana sends it. */
        String of(final String instance, final String interval) {
            return expression.replace("$instance", instance).replace("$__rate_interval", interval);
        }

        /** Labels that the legend shows. */
        List<String> labels() {
            return LABEL.matcher(legend).results().map(match -> match.group(1)).toList();
        }

        @Override
        public String toString() {
            return panel + " " + refId + ": " + expression;
        }
    }

    static GrafanaBoard read(final Path file) throws IOException, JsonParserException {
        return new GrafanaBoard(JsonParser.object().from(Files.readString(file)));
    }

    String title() {
        return board.getString("title");
    }

    List<JsonObject> panels() {
        return objects(board.getArray("panels"));
    }

    List<JsonObject> variables() {
        return objects(board.getObject("templating").getArray("list"));
    }

    /** Names of variables that the board uses anywhere. */
    TreeSet<String> variablesUsed() {
        final String text = JsonWriter.string(board);
        return new TreeSet<>(Pattern.compile("\\$\\{?(\\w+)}?")
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList());
    }

    List<Query> queries() {
        return panels().stream()
                .flatMap(panel -> objects(panel.getArray("targets")).stream()
                        .map(target -> new Query(
                                panel.getString("title"),
                                target.getString("refId"),
                                target.getString("expr"),
                                target.getString("legendFormat"))))
                .toList();
    }

    static List<JsonObject> objects(final JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }
}
