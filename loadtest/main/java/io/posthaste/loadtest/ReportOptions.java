package io.posthaste.loadtest;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Option;

/** Where the results go, besides standard output. */
final class ReportOptions {
    private static final double NS_PER_US = 1000;
    private static final String SUFFIX = ".hgrm";

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes the report to FILE as JSON.")
    private Path json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also writes the report to FILE as one page with plots, for a browser.")
    private Path html;

    @Option(
            names = "--hgrm",
            paramLabel = "PREFIX",
            description = "Also writes each latency distribution, in microseconds, to PREFIX.NAME.hgrm.")
    private Path hgrm;

    @Option(
            names = "--hlog",
            paramLabel = "FILE",
            description = "Also writes the latencies of each second to FILE, in the log format of HdrHistogram.")
    private Path hlog;

    @Option(names = "--quiet", description = "No line a second on a terminal.")
    private boolean isQuiet;

    void check(Checks checks) {
        if (json != null) {
            checks.writable("--json", json);
        }
        if (html != null) {
            checks.writable("--html", html);
        }
        if (hgrm != null) {
            checks.writable("--hgrm", hgrmFile(PhaseRecorder.UNCORRECTED));
        }
        if (hlog != null) {
            checks.writable("--hlog", hlog);
        }
    }

    boolean isQuiet() {
        return isQuiet;
    }

    /** The log of intervals that was asked for. */
    HistogramLog log() throws IOException {
        return hlog == null ? HistogramLog.NONE : HistogramLog.to(hlog, System.currentTimeMillis());
    }

    /** @param origin where the results come from, for those who read them later */
    void write(Summary summary, Origin origin) throws IOException {
        if (json != null) {
            Files.writeString(json, JsonReport.of(summary));
        }
        if (html != null) {
            Files.writeString(html, HtmlReport.of(summary, origin));
        }
        for (int series = 0; hgrm != null && series < PhaseRecorder.COUNT; series++) {
            final Histogram histogram = summary.measurements().total(series);
            if (histogram.getTotalCount() > 0) {
                try (PrintStream out =
                        new PrintStream(Files.newOutputStream(hgrmFile(series)), false, StandardCharsets.US_ASCII)) {
                    histogram.outputPercentileDistribution(out, NS_PER_US);
                }
            }
        }
    }

    private Path hgrmFile(int series) {
        return hgrm.resolveSibling(hgrm.getFileName() + "." + PhaseRecorder.label(series) + SUFFIX);
    }
}
