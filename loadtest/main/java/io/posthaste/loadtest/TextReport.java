package io.posthaste.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A {@link Summary} for people. */
final class TextReport {
    private static final String LATENCY_HEAD = "  %-11s %10s %10s %10s %10s %10s %10s%n";
    private static final String LATENCY_LINE = "  %-11s %,10d %,10.1f %,10.1f %,10.1f %,10.1f %,10.1f%n";

    private static final double NS_PER_S = 1e9;

    private final Summary summary;
    private final StringBuilder out = new StringBuilder();

    private TextReport(Summary summary) {
        this.summary = summary;
    }

    /** The whole report, each line ended. */
    static String of(Summary summary) {
        final TextReport report = new TextReport(summary);
        report.appendLoad();
        report.appendTls();
        report.appendPlan();
        report.appendResult();
        report.appendLatencies();
        for (final String trouble : troubles(summary)) {
            report.append("%s%n", trouble);
        }
        summary.verified().ifPresent(verified -> verified.text().forEach(line -> report.append("%s%n", line)));
        return report.out.toString();
    }

    private void append(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values));
    }

    private void appendLoad() {
        final LoadPlan plan = summary.plan();
        final LoadPlan.Traffic traffic = plan.traffic();
        final long perConnection = plan.extent().messagesPerConnection();
        append(
                "load         %s, %,d connections %s on %d thread%s, %s, %,d recipient%s, %s%s%n",
                HostAndPort.format(plan.target()),
                plan.openConnections(),
                perConnection == LoadPlan.UNLIMITED ? "kept" : "of " + perConnection + " messages",
                plan.threads(),
                plan.threads() == 1 ? "" : "s",
                content(traffic.content()),
                traffic.recipients(),
                traffic.recipients() == 1 ? "" : "s",
                traffic.manner().chunking() ? "BDAT, " : "",
                pipelining(summary));
        append("run          %s%n", traffic.content().runId());
    }

    private void appendTls() {
        if (summary.plan().tls().isEmpty()) {
            return;
        }
        final TlsPlan tls = summary.plan().tls().get();
        final Tally tally = summary.tally();
        append(
                "tls          %s, %s, certificate %s, %,d handshakes, %,d resumed%n",
                tls.isImplicit() ? "implicit" : "STARTTLS",
                tally.handshakes() == 0 ? "none established" : tally.protocol() + ' ' + tally.cipher(),
                tls.isVerified() ? "verified" : "not verified",
                tally.handshakes(),
                tally.resumed());
    }

    static String content(LoadPlan.Content content) {
        final String what = content.corpus()
                .map(corpus -> String.format(
                        Locale.ROOT, "corpus of %,d messages", corpus.messages().size()))
                .orElseGet(() -> content.sizes().count() == 1
                        ? String.format(
                                Locale.ROOT, "%,d octets", content.sizes().size(0))
                        : content.sizes() + " octets");
        return what + (content.isEightBit() ? " (8BITMIME)" : "");
    }

    /** What was planned and what became of it, in an open loop. */
    private void appendPlan() {
        if (summary.open().isEmpty()) {
            return;
        }
        final OpenResult open = summary.open().get();
        append(
                "plan         %,.1f msg/s requested, %,d messages due, backlog %,d at most and %,d at the end%n",
                open.requestedRate(), open.planned(), open.largestBacklog(), open.notBegun());
        if (!open.isKeptUp()) {
            append(
                    "behind       the requested rate was not kept up on %,d connections%n",
                    summary.plan().openConnections());
        }
        if (open.notBegun() > 0) {
            append(
                    "not begun    %,d messages were due and waited for a connection at the end, the oldest for %.3f s%n",
                    open.notBegun(), open.oldestWaitNs() / NS_PER_S);
        }
    }

    /** What was really done, which is not always what was asked for. */
    static String pipelining(Summary summary) {
        if (!summary.plan().traffic().manner().pipelining()) {
            return "not pipelined";
        }
        final long pipelined = summary.tally().pipelined();
        if (pipelined == 0) {
            return "not pipelined, since the server did not offer it";
        }
        final int depth = summary.plan().traffic().manner().depth();
        return "pipelined" + (depth > 1 ? " up to " + depth + " transactions deep" : "")
                + " (phases are timed from their common write)";
    }

    private void appendResult() {
        final Tally tally = summary.tally();
        append(
                "messages     %,d sent = %,d accepted + %,d rejected + %,d failed%n",
                tally.sent(), tally.accepted(), tally.rejected(), tally.failed());
        append("duration     %.3f s, ended by %s%n", summary.durationSeconds(), endedBy(summary.end()));
        append(
                "rate         %,.1f msg/s, %,.2f MB/s accepted%n",
                summary.achievedRate(), summary.achievedMegabytesPerSecond());
        final StringBuilder replies = new StringBuilder();
        for (int code = 0; code < Tally.CODE_LIMIT; code++) {
            final long count = summary.replies(code);
            if (count > 0) {
                replies.append(replies.length() == 0 ? "" : ", ")
                        .append(count)
                        .append(" x ")
                        .append(code);
            }
        }
        append("replies      %s%n", replies.length() == 0 ? "none" : replies);
    }

    static String endedBy(Workload.End end) {
        return switch (end) {
            case MESSAGES -> "the number of messages";
            case DURATION -> "the duration";
            case STOPPED -> "a request to stop";
            case GIVEN_UP -> "giving up";
        };
    }

    private void appendLatencies() {
        final Measurements measurements = summary.measurements();
        if (summary.open().isEmpty()) {
            append(
                    "latency      in us, uncorrected: this is a closed loop, which sends less while the server is slow,%n");
            append("             so waiting that an independent sender would have met is not in these figures%n");
        } else {
            append(
                    "latency      in us; corrected from the planned time, uncorrected from the begin of the transaction%n");
        }
        append(LATENCY_HEAD, "", "count", "p50", "p90", "p99", "p99.9", "max");
        if (summary.open().isPresent()) {
            final OpenResult open = summary.open().get();
            appendLatency("corrected", measurements.latencies(PhaseRecorder.CORRECTED));
            if (open.notBegun() > 0) {
                appendLatency("+ not begun", Latencies.of(open.withNotBegun()));
            }
            appendLatency("uncorrected", measurements.latencies(PhaseRecorder.UNCORRECTED));
            appendLatency("own lag", measurements.latencies(PhaseRecorder.GENERATOR_LAG));
        } else {
            appendLatency("transaction", measurements.latencies(PhaseRecorder.UNCORRECTED));
        }
        for (final Phase phase : Phase.values()) {
            appendLatency(phase.label(), measurements.latencies(phase));
        }
    }

    private void appendLatency(String name, Latencies us) {
        if (us.count() > 0) {
            append(LATENCY_LINE, name, us.count(), us.p50(), us.p90(), us.p99(), us.p999(), us.max());
        }
    }

    /** Why messages were rejected, failed or never sent, and what befell connections: one line each. */
    static List<String> troubles(Summary summary) {
        final List<String> lines = new ArrayList<>();
        final Tally tally = summary.tally();
        for (final Phase phase : Phase.values()) {
            for (int code = 400; code < Tally.CODE_LIMIT; code++) {
                final long count = tally.replies(phase, code);
                if (count > 0) {
                    lines.add(String.format(
                            Locale.ROOT,
                            "refused      %,d x in phase %s, the first: %d %s",
                            count,
                            phase.label(),
                            code,
                            tally.refusal(phase, code)));
                }
            }
        }
        for (final CloseReason reason : CloseReason.values()) {
            for (final Phase phase : Phase.values()) {
                final long count = tally.closes(reason, phase);
                if (count > 0 && reason != CloseReason.COMPLETED) {
                    final String detail = tally.closeDetail(reason);
                    lines.add(String.format(
                            Locale.ROOT,
                            "connections  %,d x %s in phase %s%s",
                            count,
                            reason.description(),
                            phase.label(),
                            detail == null ? "" : ", the first: " + detail));
                }
            }
        }
        if (tally.truncated() > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "truncated    %,d connections were closed by the server without close_notify",
                    tally.truncated()));
        }
        if (tally.acceptedInPart() > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "in part      %,d rejected messages were accepted for some of their recipients",
                    tally.acceptedInPart()));
        }
        if (tally.givenUp() > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "given up     %,d connections, after %d attempts in a row without an answer to a message",
                    tally.givenUp(),
                    Connection.MAX_BARREN));
        }
        if (summary.notSent() > 0) {
            lines.add(String.format(Locale.ROOT, "not sent     %,d messages", summary.notSent()));
        }
        return lines;
    }
}
