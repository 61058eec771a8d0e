package io.posthaste.server;

import io.posthaste.delivery.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * What a file says, read anew when it changes. Readers get the whole of one version or of the next, without waiting; a
 * version with a fault is told, once a day for as long as it is there, and not taken. A file is only read when it has stayed
 * the same from one look to the next, so that one that is still being written is not taken for whole; when somebody asks it is
 * read as it is, and taken unless it is written meanwhile. {@link #get} any thread; looks from one thread at a time.
 */
final class WatchedFile<T> implements Supplier<T>, Reloadable {
    private final String option;
    private final Path file;
    private final Function<Path, T> reader;
    private final Logger log;
    private final StandingWarnings warnings;
    private final ReloadTally tally;
    private volatile T current;
    /** Of the version that was read last, taken or not. */
    private String readFingerprint;
    /** Of the version that was seen last. */
    private String seenFingerprint;
    /** What is wrong with the version that was read last, by the option; empty if nothing is. */
    private Map<String, String> wrong = Map.of();

    /**
     * Reads the file.
     *
     * @param option names it for the operator
     * @param reader throws IllegalArgumentException with a message for the operator
     * @param log gets what becomes of new versions
     * @throws IllegalArgumentException what the reader says
     */
    WatchedFile(
            final String option,
            final Path file,
            final Function<Path, T> reader,
            final Logger log,
            final InstantSource clock) {
        this.option = option;
        this.file = file;
        this.reader = reader;
        this.log = log;
        warnings = new StandingWarnings(log, clock);
        tally = new ReloadTally(option.replaceFirst("^--", "").replace('-', '_'), clock);
        readFingerprint = fingerprint();
        seenFingerprint = readFingerprint;
        try {
            current = reader.apply(file);
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    @Override
    public T get() {
        return current;
    }

    /** What became of its new versions. Any thread. */
    List<Figure> figures() {
        return tally.figures();
    }

    @Override
    public boolean look() {
        final String now = fingerprint();
        final boolean isSettled = now.equals(seenFingerprint);
        seenFingerprint = now;
        final boolean isTaken = isSettled && !now.equals(readFingerprint) && read(now);
        warnings.tell(wrong, false);
        return isTaken;
    }

    @Override
    public boolean reload() {
        final boolean isTaken = read(fingerprint());
        warnings.tell(wrong, true);
        return isTaken;
    }

    private boolean read(final String fingerprint) {
        try {
            final T next = reader.apply(file);
            seenFingerprint = fingerprint();
            if (!seenFingerprint.equals(fingerprint)) {
                log.info("{} {} is being written: it is read when it rests", option, file);
                return false;
            }
            readFingerprint = fingerprint;
            current = next;
            wrong = Map.of();
            tally.taken();
            tally.inOrder();
            log.info("{} {} is read anew: {}", option, file, next);
            return true;
        } catch (final IllegalArgumentException e) {
            refuse(fingerprint, e.getMessage());
            return false;
        } catch (final RuntimeException | OutOfMemoryError e) {
            // A list too long for the heap, say: the thread that looks at the files must not end with it.
            log.debug("reading {} failed", file, e);
            refuse(fingerprint, "reading " + file + " failed: " + e);
            return false;
        }
    }

    private void refuse(final String fingerprint, final String cause) {
        readFingerprint = fingerprint;
        wrong = Map.of(option, option + ": the new version is not taken, the one before stays in force: " + cause);
        tally.refused();
        tally.outOfOrder(1);
    }

    /** Inode, size and time, so that neither a new file nor a moved link goes unseen. */
    private String fingerprint() {
        try {
            final BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.fileKey() + " " + attributes.size() + " "
                    + attributes.lastModifiedTime().toInstant();
        } catch (final IOException e) {
            return "missing";
        }
    }
}
