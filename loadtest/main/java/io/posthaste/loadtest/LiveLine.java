package io.posthaste.loadtest;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells once a second how the load goes, from a thread of its own: a terminal that is held must not hold the load.
 */
final class LiveLine implements AutoCloseable {
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private final Tally tally;
    private final PrintStream out;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread = new Thread(this::tell, "posthaste-load-live");

    private long previous;

    LiveLine(Tally tally, PrintStream out) {
        this.tally = tally;
        this.out = out;
    }

    void launch() {
        thread.setDaemon(true);
        thread.start();
    }

    private void tell() {
        try {
            for (int second = 1; !over.await(1, TimeUnit.SECONDS); second++) {
                out.println(line(second));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The line for a second, with the messages accepted since the line before. */
    String line(int second) {
        final long accepted = tally.accepted();
        final String line = String.format(
                Locale.ROOT,
                "%4d s  %,d accepted (%,d in the last second)  %,d rejected  %,d failed",
                second,
                accepted,
                accepted - previous,
                tally.rejected(),
                tally.failed());
        previous = accepted;
        return line;
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
