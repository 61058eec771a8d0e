package io.posthaste.loadtest;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** A {@link Summary} for programs. Keys are a contract: they may be added, never renamed. */
final class JsonReport {
    private static final double NS_PER_S = 1e9;
    private static final double NS_PER_US = 1000;
    /** Points of a distribution for each halving of the distance to 100 %. */
    private static final int TICKS_PER_HALF = 5;

    private final Summary summary;
    private final JsonStringWriter json = JsonWriter.indent("  ").string();

    private JsonReport(Summary summary) {
        this.summary = summary;
    }

    /** The whole report, with a line end. */
    static String of(Summary summary) {
        return new JsonReport(summary).write();
    }

    private String write() {
        final LoadPlan plan = summary.plan();
        json.object()
                .value("run_id", plan.traffic().content().runId())
                .value("target", HostAndPort.format(plan.target()));
        writeLoad();
        json.value("duration_s", summary.durationSeconds())
                .value("ended_by", summary.end().name().toLowerCase(Locale.ROOT));
        writeOpen();
        json.value("achieved_rate", summary.achievedRate())
                .value("achieved_mb_per_s", summary.achievedMegabytesPerSecond());
        writeMessages();
        writeReplies();
        writeConnections();
        writeTls();
        writeLatencies();
        writeVerified();
        writeIntervals();
        writeCurves();
        return json.end().done() + '\n';
    }

    private void writeLoad() {
        final LoadPlan plan = summary.plan();
        final LoadPlan.Traffic traffic = plan.traffic();
        final LoadPlan.Content content = traffic.content();
        final boolean isComposed = content.corpus().isEmpty();
        final boolean isOneSize = isComposed && content.sizes().count() == 1;
        json.object("load")
                .value("target", HostAndPort.format(plan.target()))
                .value("loop", plan.pace().isPresent() ? "open" : "closed")
                .value(
                        "arrivals",
                        plan.pace()
                                .map(pace -> pace.spacing().name().toLowerCase(Locale.ROOT))
                                .orElse(null))
                .value("connections", plan.connections())
                .value("threads", plan.threads())
                .value("recipients", traffic.recipients())
                .value("message_size", isOneSize ? (Integer) content.sizes().size(0) : null)
                .value("sizes", isComposed ? content.sizes().toString() : null)
                .value(
                        "corpus_messages",
                        content.corpus().map(c -> c.messages().size()).orElse(null))
                .value("eight_bit", content.isEightBit())
                .value("pipelining", traffic.manner().pipelining())
                .value("chunking", traffic.manner().chunking())
                .value("pipeline_depth", traffic.manner().depth());
        writeLimit("messages", plan.extent().messages(), 1);
        writeLimit("duration_s", plan.extent().durationNs(), NS_PER_S);
        writeLimit("messages_per_connection", plan.extent().messagesPerConnection(), 1);
        writeTlsOptions();
        json.end();
    }

    private void writeTlsOptions() {
        if (summary.plan().tls().isEmpty()) {
            json.nul("tls");
            return;
        }
        final TlsPlan tls = summary.plan().tls().get();
        json.object("tls")
                .value("mode", tls.isImplicit() ? "implicit" : "starttls")
                .value("verify", tls.isVerified())
                .value(
                        "authorities",
                        tls.authorities().isEmpty() ? null : tls.authorities().size())
                .value("server_name", tls.serverName())
                .array("protocols", tls.protocols())
                .value("resume", tls.isResuming())
                .end();
    }

    private void writeTls() {
        if (summary.plan().tls().isEmpty()) {
            json.nul("tls");
            return;
        }
        final Tally tally = summary.tally();
        json.object("tls")
                .value("protocol", tally.protocol())
                .value("cipher", tally.cipher())
                .value("handshakes", tally.handshakes())
                .value("resumed", tally.resumed())
                .value("truncated", tally.truncated())
                .end();
    }

    /** A closed loop has no plan: null stands where nothing was requested. */
    private void writeOpen() {
        if (summary.open().isEmpty()) {
            json.nul("requested_rate")
                    .nul("kept_up")
                    .nul("planned")
                    .nul("backlog")
                    .nul("not_begun");
            return;
        }
        final OpenResult open = summary.open().get();
        json.value("requested_rate", open.requestedRate())
                .value("kept_up", open.isKeptUp())
                .value("planned", open.planned())
                .object("backlog")
                .value("max", open.largestBacklog())
                .value("at_end", open.notBegun())
                .end()
                .value("not_begun", open.notBegun())
                .value("not_begun_oldest_wait_s", open.oldestWaitNs() / NS_PER_S);
    }

    private void writeLimit(String key, long limit, double unit) {
        if (limit == LoadPlan.UNLIMITED) {
            json.nul(key);
        } else if (unit == 1) {
            json.value(key, limit);
        } else {
            json.value(key, limit / unit);
        }
    }

    private void writeMessages() {
        final Tally tally = summary.tally();
        json.object("messages")
                .value("sent", tally.sent())
                .value("accepted", tally.accepted())
                .value("rejected", tally.rejected())
                .value("failed", tally.failed())
                .value("accepted_in_part", tally.acceptedInPart())
                .value("not_sent", summary.notSent())
                .end();
    }

    private void writeReplies() {
        json.object("replies");
        for (int code = 0; code < Tally.CODE_LIMIT; code++) {
            writeCount(code, summary.replies(code));
        }
        json.end().object("replies_by_phase");
        for (final Phase phase : Phase.values()) {
            json.object(phase.label());
            for (int code = 0; code < Tally.CODE_LIMIT; code++) {
                writeCount(code, summary.tally().replies(phase, code));
            }
            json.end();
        }
        json.end();
    }

    private void writeCount(int code, long count) {
        if (count > 0) {
            json.value(Integer.toString(code), count);
        }
    }

    private void writeConnections() {
        final Tally tally = summary.tally();
        json.object("connections")
                .value("opened", tally.opened())
                .value("pipelined", tally.pipelined())
                .value("given_up", tally.givenUp())
                .object("closed");
        for (final CloseReason reason : CloseReason.values()) {
            long count = 0;
            for (final Phase phase : Phase.values()) {
                count += tally.closes(reason, phase);
            }
            if (count > 0) {
                json.value(reason.name().toLowerCase(Locale.ROOT), count);
            }
        }
        json.end().end().array("troubles", TextReport.troubles(summary));
    }

    private void writeLatencies() {
        final Measurements measurements = summary.measurements();
        json.object("latency_us").object("transaction");
        writeLatencies("corrected", measurements.latencies(PhaseRecorder.CORRECTED));
        writeLatencies("uncorrected", measurements.latencies(PhaseRecorder.UNCORRECTED));
        summary.open().ifPresent(open -> writeLatencies("corrected_with_not_begun", Latencies.of(open.withNotBegun())));
        json.end().object("phases");
        for (final Phase phase : Phase.values()) {
            writeLatencies(phase.label(), measurements.latencies(phase));
        }
        json.end().end();
        writeLatencies("generator_lag_us", measurements.latencies(PhaseRecorder.GENERATOR_LAG));
    }

    private void writeLatencies(String key, Latencies us) {
        json.object(key);
        writeLatencies(us);
        json.end();
    }

    private void writeVerified() {
        summary.verified()
                .ifPresentOrElse(
                        verified -> {
                            json.object("verified");
                            verified.writeTo(json);
                            json.end();
                        },
                        () -> json.nul("verified"));
    }

    private void writeIntervals() {
        json.array("intervals");
        for (final Interval interval : summary.intervals()) {
            json.object()
                    .value("t_s", interval.endS())
                    .value("seconds", interval.seconds())
                    .value("sent", interval.sent())
                    .value("accepted", interval.accepted())
                    .value("errors", interval.errors())
                    .value("achieved_rate", interval.seconds() > 0 ? interval.accepted() / interval.seconds() : 0)
                    .value("backlog", interval.backlog());
            writeLatencies("corrected_us", interval.corrected());
            writeLatencies("uncorrected_us", interval.uncorrected());
            json.end();
        }
        json.end();
    }

    /** The distributions point by point, for plots: pairs of percentile and latency. */
    private void writeCurves() {
        json.object("percentiles_us");
        for (int series = 0; series < PhaseRecorder.COUNT; series++) {
            final Histogram histogram = summary.measurements().total(series);
            json.array(PhaseRecorder.label(series));
            if (histogram.getTotalCount() > 0) {
                for (final HistogramIterationValue point : histogram.percentiles(TICKS_PER_HALF)) {
                    json.array()
                            .value(point.getPercentileLevelIteratedTo())
                            .value(point.getValueIteratedTo() / NS_PER_US)
                            .end();
                }
            }
            json.end();
        }
        json.end();
    }

    /** Null stands for a figure of which there is none: a 0 would read as a measurement. */
    private void writeLatencies(Latencies us) {
        json.value("count", us.count());
        final List<Double> values = us.values();
        for (int i = 0; i < values.size(); i++) {
            final String name = Latencies.NAMES.get(i);
            if (us.count() > 0) {
                json.value(name, values.get(i));
            } else {
                json.nul(name);
            }
        }
    }
}
