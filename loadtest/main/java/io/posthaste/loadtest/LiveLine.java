package io.posthaste.loadtest;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells once a second how the load goes, from a thread of its own: a terminal that is held must not hold the load.
 */
final class LiveLine implements AutoCloseable {
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");
    /** How often it is looked whether there is a new interval. */
    private static final long LOOK_MS = 100;

    private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);
    private static final double US_PER_MS = 1000;

    private final LoadPlan plan;
    private final Supplier<Interval> latest;
    private final PrintStream out;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread = new Thread(this::tell, "posthaste-load-live");

    /** @param latest the last interval that is known, or null; from any thread */
    LiveLine(LoadPlan plan, Supplier<Interval> latest, PrintStream out) {
        this.plan = plan;
        this.latest = latest;
        this.out = out;
    }

    void launch() {
        thread.setDaemon(true);
        thread.start();
    }

    private void tell() {
        try {
            Interval told = null;
            while (!over.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
                final Interval interval = latest.get();
                if (interval != null && interval != told) {
                    out.println(line(interval));
                    told = interval;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The line for an interval. Percentiles are the corrected ones in an open loop, which are what its users would see. */
    String line(Interval interval) {
        final boolean isOpen = plan.pace().isPresent();
        final Latencies us = isOpen ? interval.corrected() : interval.uncorrected();
        final StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%5.0f s%s  %,d accepted, %,.0f/s  %,d errors",
                interval.endS(),
                progress(interval),
                interval.acceptedInAll(),
                interval.seconds() > 0 ? interval.accepted() / interval.seconds() : 0,
                interval.rejectedInAll() + interval.failedInAll()));
        if (us.count() > 0) {
            line.append(String.format(
                    Locale.ROOT, "  p50 %,.2f ms  p99 %,.2f ms", us.p50() / US_PER_MS, us.p99() / US_PER_MS));
        }
        if (isOpen) {
            line.append(String.format(Locale.ROOT, "  backlog %,d", interval.backlog()));
        }
        return line.toString();
    }

    /** How far the run is, by the end that is nearer. */
    private String progress(Interval interval) {
        final LoadPlan.Extent extent = plan.extent();
        double share = -1;
        if (extent.messages() != LoadPlan.UNLIMITED) {
            final long done = interval.acceptedInAll() + interval.rejectedInAll() + interval.failedInAll();
            share = (double) done / extent.messages();
        }
        if (extent.durationNs() != LoadPlan.UNLIMITED) {
            share = Math.max(share, interval.endS() / (extent.durationNs() / NS_PER_S));
        }
        return share < 0 ? "" : String.format(Locale.ROOT, " %3.0f %%", Math.min(1, share) * 100);
    }

    /** Whether standard error is a terminal. The JDK tells only whether standard output is. */
    static boolean isTerminal() {
        try {
            final String device = Files.readSymbolicLink(STANDARD_ERROR).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return System.console() != null;
        }
    }

    @Override
    public void close() {
        over.countDown();
    }
}
