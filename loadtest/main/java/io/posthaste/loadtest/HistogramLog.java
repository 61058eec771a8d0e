package io.posthaste.loadtest;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * The interval log of HdrHistogram (.hlog): one line for each interval and series, tagged with the series' name, values
 * in nanoseconds. Without a file it does nothing. One thread at a time.
 */
final class HistogramLog implements Closeable {
    /** Writes nothing. */
    static final HistogramLog NONE = new HistogramLog(null, 0);
    /** The log's column of largest values is in milliseconds. */
    private static final double NS_PER_MS = 1e6;

    private final PrintStream out;
    private final HistogramLogWriter writer;

    private HistogramLog(PrintStream out, long nowMs) {
        this.out = out;
        this.writer = out == null ? null : new HistogramLogWriter(out);
        if (writer != null) {
            writer.outputComment("[posthaste load; values in nanoseconds, one tag for each series]");
            writer.outputLogFormatVersion();
            writer.outputStartTime(nowMs);
            writer.setBaseTime(nowMs);
            writer.outputLegend();
        }
    }

    /** @param nowMs milliseconds since 1970, taken for the start of the run */
    static HistogramLog to(Path file, long nowMs) throws IOException {
        return new HistogramLog(new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8), nowMs);
    }

    /** Writes the last sample; series without a value are left out. Times in seconds from the start. */
    void write(Measurements measurements, double fromS, double toS) {
        if (writer == null) {
            return;
        }
        for (int series = 0; series < PhaseRecorder.COUNT; series++) {
            final Histogram interval = measurements.interval(series);
            if (interval.getTotalCount() > 0) {
                interval.setTag(PhaseRecorder.label(series));
                writer.outputIntervalHistogram(fromS, toS, interval, NS_PER_MS);
            }
        }
        out.flush();
    }

    @Override
    public void close() {
        if (out != null) {
            out.close();
        }
    }
}
