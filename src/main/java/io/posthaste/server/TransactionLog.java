package io.posthaste.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the transaction log: takes the lines that reactors leave in their {@link TransactionLogBuffer}s and gives them to
 * the logger {@code io.posthaste.transaction}, on a thread of its own, so that a slow disk or terminal never holds up a
 * reactor.
 */
final class TransactionLog {
    static final String LOGGER_NAME = "io.posthaste.transaction";

    private static final long REST_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Logger LOG = LoggerFactory.getLogger(LOGGER_NAME);

    private final List<TransactionLogBuffer> buffers;
    private final Thread thread;
    private long droppedReported;
    private volatile boolean stopped;

    TransactionLog(final List<TransactionLogBuffer> buffers) {
        this.buffers = buffers;
        thread = new Thread(this::run, "posthaste-log");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Writes what is left and ends. */
    void stop() throws InterruptedException {
        stopped = true;
        LockSupport.unpark(thread);
        thread.join();
    }

    private void run() {
        boolean last = false;
        while (!last) {
            last = stopped;
            int written = 0;
            for (final TransactionLogBuffer buffer : buffers) {
                written += write(buffer);
            }
            reportDropped();
            if (written == 0 && !last) {
                LockSupport.parkNanos(this, REST_NS);
            }
        }
    }

    private static int write(final TransactionLogBuffer buffer) {
        int written = 0;
        ByteBuffer line = buffer.poll();
        while (line != null) {
            LOG.info(new String(line.array(), 0, line.limit(), StandardCharsets.UTF_8));
            buffer.giveBack(line);
            written++;
            line = buffer.poll();
        }
        return written;
    }

    private void reportDropped() {
        long dropped = 0;
        for (final TransactionLogBuffer buffer : buffers) {
            dropped += buffer.dropped();
        }
        if (dropped > droppedReported) {
            LOG.warn(
                    "{} lines of the transaction log were dropped: writing it did not keep up",
                    dropped - droppedReported);
            droppedReported = dropped;
        }
    }
}
