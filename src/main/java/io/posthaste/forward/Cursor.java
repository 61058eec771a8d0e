package io.posthaste.forward;

import io.posthaste.delivery.spool.SpoolFollower;
import io.posthaste.delivery.spool.StoredMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a forwarder stands in the spool: how far it has read, and which messages before that place are still open. Survives
 * in a {@link CursorJournal}. Forwarding thread only, but for {@link #open}.
 *
 * <pre>
 *   settled settled OPEN settled settled OPEN OPEN | not read yet
 *                   ^ oldest: held from its segment on       ^ the follower
 * </pre>
 *
 * A journal that cannot be written does not stop the forwarding: the state is here, and is written anew when that works
 * again. What a crash forgets is forwarded once more.
 */
final class Cursor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Cursor.class);

    /** Messages begun before the last end and perhaps not told of, when nothing is known of that end. */
    static final int UNKNOWN = -1;

    private final String description;
    private final SpoolFollower follower;
    private final CursorJournal journal;
    private final TreeMap<Long, OpenMessage> open = new TreeMap<>();
    /** Behind the place read up to, from the journal. */
    private final Set<Long> settledAhead = new HashSet<>();
    /** How many of those that are open lie there, too. */
    private int openAhead;

    private long nextSequence = 1;
    /** Whether a first message of another sequence means that some are missing. */
    private boolean isSequenceKnown;

    private long missing;

    // The segment last read from.
    private long lastSegment;
    private long lastGeneration;

    private int inFlightAtEnd = UNKNOWN;
    private boolean isFailing;
    private long failures;

    private Cursor(final String description, final SpoolFollower follower, final CursorJournal journal) {
        this.description = description;
        this.follower = follower;
        this.journal = journal;
    }

    /**
     * Finds the cursor of an earlier start, or begins at the oldest message. Owns the follower from now on, also when it fails.
     *
     * @throws IOException the cursor cannot be read or written
     */
    static Cursor open(
            final Path directory, final String identity, final String description, final SpoolFollower follower)
            throws IOException {
        final CursorJournal journal = new CursorJournal(directory, identity);
        final Cursor cursor = new Cursor(description, follower, journal);
        try {
            cursor.recover();
            journal.rewrite(cursor::tell);
            return cursor;
        } catch (final IOException | RuntimeException | Error e) {
            follower.close();
            journal.close();
            throw e;
        }
    }

    /** Messages that were read and are not settled, oldest first. */
    Collection<OpenMessage> openMessages() {
        return open.values();
    }

    int openCount() {
        return open.size();
    }

    /** Messages that may have been sent before the last end without that being known here, or {@link #UNKNOWN}. */
    int inFlightAtEnd() {
        return inFlightAtEnd;
    }

    /** Messages committed and not settled. */
    long backlog() {
        final long unread = follower.nextSequence() - nextSequence - settledAhead.size() - openAhead;
        return Math.max(0, unread) + open.size();
    }

    /** The oldest segment that is needed. */
    long firstNeeded() {
        return open.isEmpty()
                ? follower.segmentNumber()
                : Math.min(open.firstEntry().getValue().segmentNumber, follower.segmentNumber());
    }

    /** When the oldest open message was stored, milliseconds since 1970; -1 without any. */
    long oldestEpochMs() {
        return open.isEmpty() ? -1 : open.firstEntry().getValue().storedEpochMs;
    }

    /** Messages that were not settled and are in the spool no more. */
    long missing() {
        return missing;
    }

    /** Times the journal could not be written. */
    long failures() {
        return failures;
    }

    /**
     * The next message that was never read and is not settled; it is open from now on. Null when there is none now.
     *
     * @throws IOException it cannot be read now; nothing is passed over
     */
    StoredMessage next() throws IOException {
        while (true) {
            final StoredMessage message = follower.next();
            if (message == null) {
                return null;
            }
            try {
                if (enter(message)) {
                    return message;
                }
            } catch (final Throwable e) {
                goBack(message, e);
                throw e;
            }
        }
    }

    /** Notes that a message was read; false when it was open or settled before. */
    private boolean enter(final StoredMessage message) {
        final long sequence = message.sequence();
        passOverMissing(sequence);
        noteSegment();
        final boolean isOpen = open.containsKey(sequence);
        final boolean isNew = !isOpen && !settledAhead.remove(sequence);
        if (isNew) {
            open.put(sequence, OpenMessage.of(message));
        } else if (isOpen) {
            openAhead--;
        }
        nextSequence = sequence + 1;
        return isNew;
    }

    /** The follower is past a message of which nothing is known here: it would be forgotten. */
    private void goBack(final StoredMessage message, final Throwable failure) {
        try {
            follower.back(message);
        } catch (final IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** What is missing between the last message and this one was forgotten by the spool, or is damaged. */
    private void passOverMissing(final long sequence) {
        if (isSequenceKnown && sequence > nextSequence) {
            final int known = settledAhead.size();
            settledAhead.removeIf(settled -> settled < sequence);
            final int opened = open.subMap(nextSequence, sequence).size();
            openAhead -= opened;
            final long lost = sequence - nextSequence - (known - settledAhead.size()) - opened;
            nextSequence = sequence;
            if (lost > 0) {
                missing += lost;
                LOG.error(
                        "{} messages before number {} are not in the spool any more: they do not go to {}",
                        lost,
                        sequence,
                        description);
            }
        }
        isSequenceKnown = true;
    }

    private void noteSegment() {
        if (follower.segmentNumber() != lastSegment || follower.segmentGeneration() != lastGeneration) {
            journal.segment(follower.segmentNumber(), follower.segmentGeneration());
            lastSegment = follower.segmentNumber();
            lastGeneration = follower.segmentGeneration();
        }
    }

    /** Whether something was committed since {@link #next} found nothing. */
    boolean hasNews() {
        return follower.hasNews();
    }

    OpenMessage openMessage(final long sequence) {
        return open.get(sequence);
    }

    /** An open message, read again; null when it is not there any more. */
    StoredMessage read(final OpenMessage message) throws IOException {
        return follower.at(message.segmentNumber, message.offset, message.sequence);
    }

    /** All its recipients are settled. */
    void settled(final OpenMessage message) {
        open.remove(message.sequence);
        if (message.sequence >= nextSequence) {
            openAhead--;
            settledAhead.add(message.sequence); // it is still to be read past
        }
        journal.settled(message.sequence);
    }

    /** Its recipients, attempts or next attempt have changed. */
    void changed(final OpenMessage message) {
        journal.open(message);
    }

    /** Closes what was read from and is needed no more. */
    void release() {
        try {
            follower.releaseBefore(firstNeeded());
        } catch (final IOException e) {
            LOG.warn("closing a segment that {} has read failed:", description, e);
        }
    }

    /** Gives what has changed to the kernel: it survives the end of the process. */
    void write() {
        if (!journal.isBroken()) {
            attempt(journal::write);
        }
    }

    /** Whether something has changed that a crash of the machine would forget. */
    boolean isUnsynced() {
        return journal.isBroken() || journal.isUnsynced();
    }

    /** Makes durable what has changed; writes the journal anew where it is long, or failed before. */
    void sync() {
        attempt(() -> {
            if (journal.isBroken() || journal.isLong()) {
                journal.rewrite(this::tell);
            } else {
                journal.sync();
            }
        });
    }

    /** @param inFlight messages that were given to the forwarder and are not settled */
    void close(final int inFlight) throws IOException {
        if (journal.isBroken() || journal.isLong()) {
            sync(); // first: written anew it says all that is known, but not how it ends
        }
        journal.closed(inFlight);
        sync();
        close();
    }

    @Override
    public void close() throws IOException {
        try (follower) {
            journal.close();
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private void attempt(final Step step) {
        try {
            step.run();
            if (isFailing) {
                isFailing = false;
                LOG.info("the cursor of {} can be written again", description);
            }
        } catch (final IOException e) {
            failures++;
            if (!isFailing) {
                isFailing = true;
                LOG.error(
                        "the cursor of {} cannot be written; what it forwards meanwhile may be sent again:",
                        description,
                        e);
            }
        }
    }

    /** All that is known, for a journal that is written anew. */
    private void tell(final CursorJournal target) {
        open.values().forEach(target::open);
        target.segment(lastSegment, lastGeneration);
        target.read(nextSequence, follower.segmentNumber(), follower.segmentGeneration(), follower.offset());
        settledAhead.forEach(target::settled);
    }

    private void recover() throws IOException {
        final Recovered recovered = new Recovered();
        final long behind = journal.load(recovered);
        if (behind < 0) {
            inFlightAtEnd = 0; // never begun
            return;
        }
        if (!recovered.isPlaceKnown
                || !follower.knows(recovered.lastSegment, recovered.lastGeneration)
                || !follower.resume(recovered.segmentNumber, recovered.generation, recovered.offset)) {
            LOG.error(
                    "the cursor of {} is {}: it begins at the oldest message, which may be sent again",
                    description,
                    recovered.isPlaceKnown ? "that of another spool" : "damaged");
            return;
        }
        if (behind > 0) {
            LOG.warn(
                    "the cursor of {} ends in {} octets that are not whole: what they told is repeated",
                    description,
                    behind);
        }
        nextSequence = recovered.sequence;
        isSequenceKnown = nextSequence > 1 || !recovered.settled.isEmpty() || !recovered.openMessages.isEmpty();
        lastSegment = recovered.lastSegment;
        lastGeneration = recovered.lastGeneration;
        inFlightAtEnd = recovered.inFlight;
        // What the spool has lost will be given those sequences again.
        final long end = follower.nextSequence();
        open.putAll(recovered.openMessages.headMap(end));
        recovered.settled.removeIf(sequence -> sequence >= end);
        settledAhead.addAll(recovered.settled);
        nextSequence = Math.min(nextSequence, end);
        openAhead = open.tailMap(nextSequence).size();
    }

    /** What a journal tells, in its order. */
    private static final class Recovered implements CursorJournal.Visitor {
        private final TreeMap<Long, OpenMessage> openMessages = new TreeMap<>();
        private final Set<Long> settled = new HashSet<>();
        private boolean isPlaceKnown;
        private long sequence;
        private long segmentNumber;
        private long generation;
        private long offset;
        private int inFlight = UNKNOWN;
        private long lastSegment;
        private long lastGeneration;

        @Override
        public void onRead(final long atSequence, final long number, final long ofGeneration, final long atOffset) {
            isPlaceKnown = true;
            sequence = atSequence;
            segmentNumber = number;
            generation = ofGeneration;
            offset = atOffset;
        }

        @Override
        public void onOpen(final OpenMessage message) {
            openMessages.put(message.sequence, message);
        }

        @Override
        public void onSettled(final long settledSequence) {
            if (openMessages.remove(settledSequence) == null || settledSequence >= sequence) {
                settled.add(settledSequence);
            }
        }

        @Override
        public void onSegment(final long number, final long ofGeneration) {
            lastSegment = number;
            lastGeneration = ofGeneration;
        }

        @Override
        public void onClosed(final int messages) {
            inFlight = messages;
        }
    }
}
