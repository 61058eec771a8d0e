package io.posthaste.delivery.spool;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps prepared segments at hand, on a thread of its own, so that the writer need not wait for a disk that is being filled
 * with zeros. When none can be prepared it says so, and tries again from time to time.
 */
final class SegmentPreparer implements AutoCloseable {
    /** Segments prepared ahead. */
    static final int AHEAD = 2;

    private static final long RETRY_MS = 1_000;
    private static final long END_TIMEOUT_MS = TimeUnit.SECONDS.toMillis(10);

    // Made before they are needed: then there may be no memory for them.
    private static final IOException UNTOLD = new IOException("preparing a segment failed, and so did telling why");
    private static final IOException ENDED = new IOException("the thread that prepares segments has ended");

    private static final Logger LOG = LoggerFactory.getLogger(SegmentPreparer.class);

    private final SegmentSource segments;
    private final Thread thread;

    // Guarded by this.
    private final Deque<Segment> ready = new ArrayDeque<>(AHEAD + 1); // and one that is put back
    private boolean isFull;
    private IOException failure;
    private boolean closed;
    private boolean retryNow;

    SegmentPreparer(final SegmentSource segments) {
        this.segments = segments;
        thread = new Thread(this::run, "posthaste-spool-preparer");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * The next segment, which is the caller's then; waits for one that is on its way. Null when there is none: the spool is
     * full, or {@link #failure} says why not.
     */
    synchronized Segment take() {
        awaitOutcome();
        final Segment segment = ready.poll();
        if (segment != null) {
            notifyAll();
        }
        return segment;
    }

    /** Takes back a segment that was not begun; it is the next one again. */
    synchronized void putBack(final Segment segment) {
        ready.addFirst(segment);
        notifyAll();
    }

    /** Waits until it is known whether there is a segment to take. */
    synchronized void awaitOutcome() {
        boolean interrupted = false;
        while (ready.isEmpty() && !isFull && failure == null && !closed) {
            try {
                wait();
            } catch (final InterruptedException e) {
                interrupted = true; // the disk is waited for, as a sync would
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Why the last attempt failed; null when it did not, or the spool is merely full. */
    synchronized IOException failure() {
        return failure;
    }

    /** Why there is no segment to take, for people; empty while there is one or one is on its way. */
    synchronized Optional<String> obstacle() {
        if (!ready.isEmpty() || !isFull && failure == null) {
            return Optional.empty();
        }
        return Optional.of(isFull ? "is full" : "gets no new segment: " + failure.getMessage());
    }

    /** Tries again at once what it would try in a moment. */
    synchronized void retry() {
        retryNow = true;
        notifyAll();
    }

    /**
     * Ends the thread and closes what was prepared; the files stay and are found at the next start. A thread that hangs is not
     * waited for long: it closes what it has under way itself.
     */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        segments.stop();
        try {
            thread.join(END_TIMEOUT_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closePrepared();
    }

    /** Each, though closing another fails. */
    private synchronized void closePrepared() throws IOException {
        final Segment segment = ready.poll();
        if (segment != null) {
            try (segment) {
                closePrepared();
            }
        }
    }

    /** For tests. */
    Thread thread() {
        return thread;
    }

    private void run() {
        try {
            while (awaitNeed()) {
                prepareNext();
            }
        } finally {
            end();
        }
    }

    /** Whoever waits for a segment would wait for ever; and when nobody does any more, nobody else closes what is prepared. */
    private void end() {
        prepared(null, ENDED);
        if (isClosed()) {
            try {
                closePrepared();
            } catch (final IOException e) {
                LOG.warn("a prepared segment could not be closed:", e);
            }
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void prepareNext() {
        Segment segment = null;
        IOException reason = null;
        try {
            segment = segments.next();
        } catch (final IOException e) {
            reason = e;
        } catch (final RuntimeException | Error e) {
            reason = asReason(e);
        }
        prepared(segment, reason);
    }

    private static IOException asReason(final Throwable failure) {
        try {
            return new IOException("preparing a segment failed: " + failure, failure);
        } catch (final RuntimeException | Error e) {
            return UNTOLD;
        }
    }

    /** Waits until a segment is wanted; false when the end is wanted. */
    private synchronized boolean awaitNeed() {
        boolean rested = !isFull && failure == null;
        while (!closed && (ready.size() >= AHEAD || !rested)) {
            try {
                if (rested) {
                    wait();
                } else {
                    if (!retryNow) {
                        wait(RETRY_MS);
                    }
                    rested = true;
                }
            } catch (final InterruptedException e) {
                return false;
            }
        }
        retryNow = false;
        return !closed;
    }

    /** Allocates nothing, and so cannot fail. */
    private synchronized void prepared(final Segment segment, final IOException reason) {
        failure = reason;
        isFull = segment == null && reason == null;
        if (segment != null) {
            ready.add(segment);
        }
        notifyAll();
    }
}
