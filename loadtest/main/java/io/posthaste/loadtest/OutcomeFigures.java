package io.posthaste.loadtest;

import io.posthaste.loadtest.html.BarPlot;
import io.posthaste.loadtest.html.Figure;
import io.posthaste.loadtest.html.Table;
import io.posthaste.loadtest.html.Units;
import java.util.ArrayList;
import java.util.List;

/** Of the page: what became of the messages, what the server replied, and how connections ended. */
final class OutcomeFigures {
    private static final int TEMPORARY = 400;
    private static final int PERMANENT = 500;

    private final Summary summary;
    private final Tally tally;

    OutcomeFigures(Summary summary) {
        this.summary = summary;
        this.tally = summary.tally();
    }

    List<Figure> all() {
        final List<Figure> figures = new ArrayList<>(List.of(messages(), replies()));
        final List<Table.Row> rows = closes();
        if (!rows.isEmpty()) {
            figures.add(new Figure(
                    "connections",
                    "Connections lost",
                    false,
                    "",
                    List.of(),
                    List.of(),
                    List.of(new Table(
                            "Why connections ended before their time",
                            true,
                            true,
                            List.of("reason", "phase", "count", "the first, in the system's words"),
                            rows))));
        }
        return figures;
    }

    private Figure messages() {
        final List<BarPlot.Bar> bars = new ArrayList<>();
        final List<String> notes = new ArrayList<>();
        bars.add(new BarPlot.Bar("accepted", tally.accepted(), BarPlot.Tone.GOOD));
        bars.add(new BarPlot.Bar("rejected", tally.rejected(), BarPlot.Tone.BAD));
        bars.add(new BarPlot.Bar("failed", tally.failed(), BarPlot.Tone.BAD));
        summary.open().ifPresent(open -> bars.add(new BarPlot.Bar("not begun", open.notBegun(), BarPlot.Tone.POOR)));
        if (summary.notSent() > 0) {
            bars.add(new BarPlot.Bar("not sent", summary.notSent(), BarPlot.Tone.POOR));
        }
        if (tally.acceptedInPart() > 0) {
            notes.add(Units.count(tally.acceptedInPart())
                    + " rejected messages were accepted for some of their recipients.");
        }
        if (tally.givenUp() > 0) {
            notes.add(Units.count(tally.givenUp()) + " connections were given up, after " + Connection.MAX_BARREN
                    + " attempts in a row without an answer to a message.");
        }
        return new Figure(
                "messages",
                "What became of the messages",
                false,
                BarPlot.draw("messages", "What became of the messages", bars),
                List.of(),
                notes,
                List.of());
    }

    private Figure replies() {
        final List<BarPlot.Bar> bars = new ArrayList<>();
        for (int code = 0; code < Tally.CODE_LIMIT; code++) {
            final long count = summary.replies(code);
            if (count > 0) {
                bars.add(bar(code, count));
            }
        }
        final String heading = "Replies by code";
        if (bars.isEmpty()) {
            return Figure.empty("replies", heading, "There was no reply.");
        }
        final List<Table> tables = new ArrayList<>();
        final List<Table.Row> refusals = refusals();
        if (!refusals.isEmpty()) {
            tables.add(new Table(
                    "What the server said",
                    true,
                    true,
                    List.of("code", "phase", "count", "the first of them"),
                    refusals));
        }
        tables.add(new Table("By phase", false, false, List.of("phase", "code", "count"), byPhase()));
        return new Figure(
                "replies", heading, false, BarPlot.draw("replies", heading, bars), List.of(), List.of(), tables);
    }

    private static BarPlot.Bar bar(int code, long count) {
        if (code < TEMPORARY) {
            return new BarPlot.Bar(Integer.toString(code), count, BarPlot.Tone.GOOD);
        }
        return code < PERMANENT
                ? new BarPlot.Bar(code + " (temporary)", count, BarPlot.Tone.POOR)
                : new BarPlot.Bar(code + " (permanent)", count, BarPlot.Tone.BAD);
    }

    private List<Table.Row> byPhase() {
        final List<Table.Row> rows = new ArrayList<>();
        for (final Phase phase : Phase.values()) {
            for (int code = 0; code < Tally.CODE_LIMIT; code++) {
                if (tally.replies(phase, code) > 0) {
                    rows.add(new Table.Row(
                            phase.label(), List.of(Integer.toString(code), Units.count(tally.replies(phase, code)))));
                }
            }
        }
        return rows;
    }

    private List<Table.Row> refusals() {
        final List<Table.Row> rows = new ArrayList<>();
        for (final Phase phase : Phase.values()) {
            for (int code = TEMPORARY; code < Tally.CODE_LIMIT; code++) {
                if (tally.replies(phase, code) > 0) {
                    rows.add(new Table.Row(
                            Integer.toString(code),
                            List.of(
                                    phase.label(),
                                    Units.count(tally.replies(phase, code)),
                                    tally.refusal(phase, code))));
                }
            }
        }
        return rows;
    }

    private List<Table.Row> closes() {
        final List<Table.Row> rows = new ArrayList<>();
        for (final CloseReason reason : CloseReason.values()) {
            for (final Phase phase : Phase.values()) {
                final long count = tally.closes(reason, phase);
                if (count > 0 && reason != CloseReason.COMPLETED) {
                    final String detail = tally.closeDetail(reason);
                    rows.add(new Table.Row(
                            reason.description(),
                            List.of(phase.label(), Units.count(count), detail == null ? "" : detail)));
                }
            }
        }
        return rows;
    }
}
