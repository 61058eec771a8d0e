package io.posthaste.delivery.spool;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the log ends that is durable, and telling that: followers in this process by {@link SpoolProgress}, readers in others
 * by {@link CommitMark}. The delivery thread.
 */
final class CommittedEnd implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommittedEnd.class);

    private final SpoolDirectory directory;
    private final CommitMark mark;
    private final SpoolProgress progress;
    private long segmentNumber;
    private long offset;
    private long nextSequence;
    private boolean isMarkBroken;

    /** @throws IOException the mark cannot be opened */
    CommittedEnd(final SpoolDirectory directory, final SpoolProgress progress) throws IOException {
        this.directory = directory;
        this.progress = progress;
        final Recovery recovered = directory.recovered();
        segmentNumber = recovered.lastNumber();
        offset = recovered.lastEnd();
        nextSequence = recovered.nextSequence();
        mark = CommitMark.open(directory.path());
    }

    /** Tells what was found at start, and that this process writes now. */
    void begin() throws IOException {
        mark.begin(segmentNumber, offset);
        progress.advance(segmentNumber, offset, nextSequence);
    }

    /** The segment with the newest message, 0 when there is none. */
    long segmentNumber() {
        return segmentNumber;
    }

    /** Where in it its records end. */
    long offset() {
        return offset;
    }

    /** The sequence of the message that is committed next. */
    long nextSequence() {
        return nextSequence;
    }

    /** So much is durable. A mark that cannot be written harms no mail: readers see it later. */
    void advance(final long newNumber, final long newOffset, final long newSequence) {
        segmentNumber = newNumber;
        offset = newOffset;
        nextSequence = newSequence;
        try {
            mark.advance(newNumber, newOffset);
            isMarkBroken = false;
        } catch (final IOException e) {
            if (!isMarkBroken) {
                isMarkBroken = true;
                LOG.error("readers of spool:{} cannot be told of new messages:", directory.path(), e);
            }
        }
        progress.advance(newNumber, newOffset, newSequence);
    }

    /** Nobody writes any more. */
    @Override
    public void close() throws IOException {
        mark.close();
    }
}
