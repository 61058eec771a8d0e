package io.posthaste.server;

import io.posthaste.delivery.Figure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
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
    private final List<LogSource> others;
    private final Consumer<String> writer;
    private final LongConsumer lossReporter;
    private final Thread thread;
    private volatile long unwritten;
    private long lossReported;
    private volatile boolean stopped;

    /** @param others what else this thread writes */
    TransactionLog(final List<TransactionLogBuffer> buffers, final List<LogSource> others) {
        this(
                buffers,
                others,
                line -> LOG.info(line),
                lines -> LOG.warn("{} lines of the transaction log were dropped: writing it did not keep up", lines));
    }

    /**
     * @param writer takes each line
     * @param lossReporter takes how many lines were lost since the last report
     */
    TransactionLog(
            final List<TransactionLogBuffer> buffers, final Consumer<String> writer, final LongConsumer lossReporter) {
        this(buffers, List.of(), writer, lossReporter);
    }

    private TransactionLog(
            final List<TransactionLogBuffer> buffers,
            final List<LogSource> others,
            final Consumer<String> writer,
            final LongConsumer lossReporter) {
        this.others = others;
        this.buffers = buffers;
        this.writer = writer;
        this.lossReporter = lossReporter;
        thread = new Thread(this::run, "posthaste-log");
        thread.setDaemon(true);
    }

    /** Any thread. */
    List<Figure> figures() {
        return List.of(new Figure(
                "transaction_log_lines_dropped",
                "Lines of the transaction log that were dropped because writing it did not keep up, or failed.",
                true,
                lost()));
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
            try {
                written = turn();
            } catch (final Throwable e) {
                // No memory, say. A thread that ends writes no line any more; what one of them costs is counted.
            }
            if (written == 0 && !last) {
                LockSupport.parkNanos(this, REST_NS);
            }
        }
    }

    private int turn() {
        int written = 0;
        for (final TransactionLogBuffer buffer : buffers) {
            written += write(buffer);
        }
        for (final LogSource other : others) {
            written += other.write();
        }
        reportLoss();
        return written;
    }

    /** No more than the buffer can hold at once: a busy reactor must not keep the others' lines waiting. */
    private int write(final TransactionLogBuffer buffer) {
        int written = 0;
        ByteBuffer line;
        while (written < TransactionLogBuffer.LINES && (line = buffer.poll()) != null) {
            write(line);
            buffer.giveBack(line);
            written++;
        }
        return written;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer
    private void write(final ByteBuffer line) {
        try {
            writer.accept(new String(line.array(), 0, line.limit(), StandardCharsets.UTF_8));
        } catch (final Throwable e) {
            unwritten++;
        }
    }

    private void reportLoss() {
        final long lost = lost();
        if (lost > lossReported) {
            try {
                lossReporter.accept(lost - lossReported);
                lossReported = lost;
            } catch (final Throwable e) {
                // The logger fails: it is told again with the next lines.
            }
        }
    }

    private long lost() {
        long lost = unwritten;
        for (final TransactionLogBuffer buffer : buffers) {
            lost += buffer.dropped();
        }
        return lost;
    }
}
