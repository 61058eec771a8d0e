package io.posthaste.loadtest;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import java.util.List;
import java.util.Locale;

/** A {@link Summary} for programs. Keys are a contract: they may be added, never renamed. */
final class JsonReport {
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
        json.object();
        writeLoad();
        json.value("duration_s", summary.durationSeconds())
                .value("ended_by", summary.end().name().toLowerCase(Locale.ROOT))
                .value("achieved_rate", summary.achievedRate())
                .value("achieved_mb_per_s", summary.achievedMegabytesPerSecond());
        writeMessages();
        writeReplies();
        writeConnections();
        writeLatencies();
        return json.end().done() + '\n';
    }

    private void writeLoad() {
        final LoadPlan plan = summary.plan();
        final LoadPlan.Traffic traffic = plan.traffic();
        json.object("load")
                .value("target", HostAndPort.format(plan.target()))
                .value("loop", "closed")
                .value("connections", plan.connections())
                .value("recipients", traffic.recipients())
                .value("message_size", traffic.messageSize())
                .value("pipelining", traffic.pipelining());
        writeLimit("messages", plan.extent().messages(), 1);
        writeLimit("duration_s", plan.extent().durationNs(), 1e9);
        writeLimit("messages_per_connection", plan.extent().messagesPerConnection(), 1);
        json.end();
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
        json.object("latency_us").object("transaction").object("uncorrected");
        writeLatencies(summary.recorder().transactionLatencies());
        json.end().end().object("phases");
        for (final Phase phase : Phase.values()) {
            json.object(phase.label());
            writeLatencies(summary.recorder().latencies(phase));
            json.end();
        }
        json.end().end();
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
