package io.posthaste.loadtest;

import io.posthaste.loadtest.html.Figure;
import io.posthaste.loadtest.html.Page;
import io.posthaste.loadtest.html.PageWriter;
import io.posthaste.loadtest.html.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A {@link Summary} as a page with plots: here its words, in the figure classes its plots and tables. */
final class HtmlReport {
    /** Share of the latencies from which on the generator's own lag is worth a warning. */
    private static final double NOTABLE_LAG = 0.1;

    /** Columns of the label before each line of a reconciliation. */
    private static final int LABEL_LENGTH = 13;

    private static final double NS_PER_S = 1e9;

    private final Summary summary;
    private final Origin origin;
    private final LoadPlan plan;
    private final boolean isOpen;
    /** Those to look at first: corrected ones where there are any. */
    private final Latencies latencies;

    private HtmlReport(Summary summary, Origin origin) {
        this.summary = summary;
        this.origin = origin;
        this.plan = summary.plan();
        this.isOpen = summary.open().isPresent();
        this.latencies = summary.measurements().latencies(isOpen ? PhaseRecorder.CORRECTED : PhaseRecorder.UNCORRECTED);
    }

    /** The whole document, to be stored as UTF-8; the same for the same arguments. */
    static String of(Summary summary, Origin origin) {
        return PageWriter.write(new HtmlReport(summary, origin).page());
    }

    private Page page() {
        final LatencyFigures latency = new LatencyFigures(summary);
        final List<Figure> figures = new ArrayList<>(List.of(latency.byPercentile()));
        figures.addAll(new TimeFigures(summary).all());
        figures.add(latency.phases());
        figures.addAll(new OutcomeFigures(summary).all());
        return new Page(
                "Load on " + HostAndPort.format(plan.target()),
                lead(),
                verdicts(),
                tiles(),
                facts(),
                origin.command(),
                figures,
                "Written by " + origin.version() + " on " + origin.time() + ". Run "
                        + plan.traffic().content().runId() + '.');
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String plural(long count, String noun) {
        return Units.count(count) + ' ' + noun + (count == 1 ? "" : "s");
    }

    private String lead() {
        return format(
                "%s; %s, %s: %s, %s each.",
                loop(),
                plural(plan.openConnections(), "connection"),
                Units.seconds(summary.durationSeconds()),
                TextReport.content(plan.traffic().content()),
                plural(plan.traffic().recipients(), "recipient"));
    }

    private String loop() {
        if (summary.open().isEmpty()) {
            return "Closed loop";
        }
        final Pace pace = plan.pace().get();
        return format(
                "Open loop, %s messages a second%s, %s",
                Units.rate(summary.open().get().requestedRate()),
                pace.profile().lengthNs() > 0 ? " on the average" : "",
                pace.spacing() == Arrivals.Spacing.POISSON ? "Poisson arrivals" : "uniform arrivals");
    }

    private boolean isAllAccepted() {
        final Tally tally = summary.tally();
        return tally.accepted() > 0 && tally.rejected() == 0 && tally.failed() == 0 && summary.notSent() == 0;
    }

    private List<Page.Verdict> verdicts() {
        final List<Page.Verdict> verdicts = new ArrayList<>();
        final Tally tally = summary.tally();
        if (isOpen) {
            verdicts.add(openVerdict(summary.open().get()));
        } else if (tally.accepted() > 0) {
            verdicts.add(closedVerdict());
        }
        if (!isAllAccepted()) {
            verdicts.add(new Page.Verdict(
                    false,
                    tally.accepted() == 0 ? "No message was accepted." : "Not every message was accepted.",
                    format(
                            "%s: %s accepted, %s rejected, %s failed%s.",
                            plural(tally.sent(), "message") + " sent",
                            Units.count(tally.accepted()),
                            Units.count(tally.rejected()),
                            Units.count(tally.failed()),
                            summary.notSent() > 0
                                    ? "; " + Units.count(summary.notSent())
                                            + " more were not sent, since the connections had failed"
                                    : "")));
        }
        summary.verified()
                .ifPresent(verified -> verdicts.add(
                        verified.isClean()
                                ? new Page.Verdict(true, "What was accepted arrived", "once, whole and unchanged.")
                                : new Page.Verdict(
                                        false,
                                        "Not everything accepted arrived",
                                        "once, whole and unchanged: see below, under The run.")));
        if (summary.end() == Workload.End.STOPPED || summary.end() == Workload.End.GIVEN_UP) {
            verdicts.add(new Page.Verdict(
                    false,
                    "The run did not come to its end.",
                    "It was ended by " + TextReport.endedBy(summary.end()) + '.'));
        }
        final Latencies lag = lag();
        if (isOpen && lag.count() > 0 && latencies.count() > 0 && lag.p99() > NOTABLE_LAG * latencies.p99()) {
            verdicts.add(new Page.Verdict(
                    false,
                    "The generator itself was slow.",
                    format(
                            "Messages began late although a connection was free: p99 %s, which is contained in the"
                                    + " corrected p99 of %s. The generator or its machine may be the bottleneck.",
                            Units.latency(lag.p99()), Units.latency(latencies.p99()))));
        }
        return verdicts;
    }

    private Page.Verdict openVerdict(OpenResult open) {
        final String rates = format(
                "%s messages a second were requested, %s accepted.",
                Units.rate(open.requestedRate()), Units.rate(summary.achievedRate()));
        if (open.isKeptUp()) {
            final String headline = isAllAccepted() ? "The rate was kept up." : "Messages began on time.";
            return new Page.Verdict(true, headline, rates + notBegun(open));
        }
        return new Page.Verdict(
                false,
                "The rate was not kept up",
                format("on %s. %s%s", plural(plan.openConnections(), "connection"), rates, notBegun(open)));
    }

    private String notBegun(OpenResult open) {
        if (open.notBegun() == 0) {
            return "";
        }
        return format(
                " Of %s due, %s had not begun at the end, the oldest of which had waited for %s. Counted with what they"
                        + " had waited by then, p99 is at least %s.",
                plural(open.planned(), "message"),
                Units.count(open.notBegun()),
                Units.seconds(open.oldestWaitNs() / NS_PER_S),
                Units.latency(Latencies.of(open.withNotBegun()).p99()));
    }

    private Page.Verdict closedVerdict() {
        return new Page.Verdict(
                true,
                format("%s messages a second.", Units.rate(summary.achievedRate())),
                "This is a closed loop, which sends less while the server is slow: the rate is the largest these"
                        + " connections reached, and waiting that independent senders would have met is not in the"
                        + " latencies.");
    }

    private Latencies lag() {
        return summary.measurements().latencies(PhaseRecorder.GENERATOR_LAG);
    }

    private List<Page.Tile> tiles() {
        final List<Page.Tile> tiles = new ArrayList<>();
        final Tally tally = summary.tally();
        summary.open()
                .ifPresent(open -> tiles.add(
                        new Page.Tile("Requested rate", Units.rate(open.requestedRate()) + "/s", "messages planned")));
        tiles.add(new Page.Tile("Achieved rate", Units.rate(summary.achievedRate()) + "/s", "messages accepted"));
        tiles.add(new Page.Tile(
                "Accepted", Units.count(tally.accepted()), "of " + Units.count(tally.sent()) + " messages sent"));
        if (latencies.count() > 0) {
            final Latencies uncorrected = summary.measurements().latencies(PhaseRecorder.UNCORRECTED);
            for (int i = 0; i < LatencyFigures.NAMES.size(); i++) {
                if (i != LatencyFigures.P90) {
                    tiles.add(new Page.Tile(
                            "Latency " + LatencyFigures.NAMES.get(i),
                            Units.latency(latencies.values().get(i)),
                            isOpen
                                    ? "uncorrected "
                                            + Units.latency(uncorrected.values().get(i))
                                    : "uncorrected"));
                }
            }
        }
        return tiles;
    }

    private List<Page.Fact> facts() {
        final List<Page.Fact> facts = new ArrayList<>();
        final LoadPlan.Traffic traffic = plan.traffic();
        final long perConnection = plan.extent().messagesPerConnection();
        facts.add(new Page.Fact("Server", HostAndPort.format(plan.target())));
        facts.add(new Page.Fact("Load model", loop()));
        facts.add(new Page.Fact(
                "Connections",
                format(
                        "%s %s, on %s; %s opened in all",
                        Units.count(plan.openConnections()),
                        perConnection == LoadPlan.UNLIMITED
                                ? "kept"
                                : "of " + plural(perConnection, "message") + " each",
                        plural(plan.threads(), "thread"),
                        Units.count(summary.tally().opened()))));
        facts.add(new Page.Fact("Messages", TextReport.content(traffic.content())));
        facts.add(new Page.Fact("Recipients", plural(traffic.recipients(), "recipient") + " a message"));
        facts.add(new Page.Fact(
                "Dialogue", (traffic.manner().chunking() ? "BDAT, " : "DATA, ") + TextReport.pipelining(summary)));
        facts.add(new Page.Fact(
                "Duration",
                Units.seconds(summary.durationSeconds()) + ", ended by " + TextReport.endedBy(summary.end())));
        facts.add(new Page.Fact(
                "Throughput",
                format(
                        "%s messages and %,.2f MB a second accepted",
                        Units.rate(summary.achievedRate()), summary.achievedMegabytesPerSecond())));
        summary.open().ifPresent(open -> addOpenFacts(facts, open));
        summary.verified()
                .ifPresent(verified -> verified.text()
                        .forEach(line -> facts.add(new Page.Fact(
                                "Arrival: " + line.substring(0, LABEL_LENGTH).strip(), line.substring(LABEL_LENGTH)))));
        facts.add(new Page.Fact("Run", traffic.content().runId()));
        return facts;
    }

    private void addOpenFacts(List<Page.Fact> facts, OpenResult open) {
        facts.add(new Page.Fact(
                "Plan",
                format(
                        "%s messages a second requested, %s due by the end",
                        Units.rate(open.requestedRate()), plural(open.planned(), "message"))));
        facts.add(new Page.Fact(
                "Backlog",
                format("%s at most, %s at the end", Units.count(open.largestBacklog()), Units.count(open.notBegun()))));
        if (open.notBegun() > 0) {
            facts.add(new Page.Fact(
                    "Not begun",
                    format(
                            "%s, the oldest due for %s",
                            plural(open.notBegun(), "message"), Units.seconds(open.oldestWaitNs() / NS_PER_S))));
        }
        final Latencies lag = lag();
        if (lag.count() > 0) {
            facts.add(new Page.Fact(
                    "Generator's own lag",
                    format(
                            "p50 %s, p99 %s, p99.9 %s, max %s: how late messages began although a connection was free",
                            Units.latency(lag.p50()),
                            Units.latency(lag.p99()),
                            Units.latency(lag.p999()),
                            Units.latency(lag.max()))));
        }
    }
}
