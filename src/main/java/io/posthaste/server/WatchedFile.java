package io.posthaste.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a file says, read anew when it changes. Readers get the whole of one version or of the next, without waiting; a
 * version with a fault is told and not taken. A file is only read when it has stayed the same from one look to the next, so
 * that one that is still being written is not taken for whole. {@link #get} any thread; looks from one thread at a time.
 */
final class WatchedFile<T> implements Supplier<T> {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);

    private final String option;
    private final Path file;
    private final Function<Path, T> reader;
    private volatile T current;
    /** Of the version that was read last, taken or not. */
    private String readFingerprint;
    /** Of the version that was seen last. */
    private String seenFingerprint;

    /**
     * Reads the file.
     *
     * @param option names it for the operator
     * @param reader throws IllegalArgumentException with a message for the operator
     * @throws IllegalArgumentException what the reader says
     */
    WatchedFile(final String option, final Path file, final Function<Path, T> reader) {
        this.option = option;
        this.file = file;
        this.reader = reader;
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

    /** Reads the file if it has changed and seems to be whole; true when another version is in force. */
    boolean look() {
        final String now = fingerprint();
        final boolean isSettled = now.equals(seenFingerprint);
        seenFingerprint = now;
        return isSettled && !now.equals(readFingerprint) && read(now);
    }

    private boolean read(final String fingerprint) {
        try {
            final T next = reader.apply(file);
            seenFingerprint = fingerprint();
            if (!seenFingerprint.equals(fingerprint)) {
                return false; // written while it was read: the next looks see to it
            }
            readFingerprint = fingerprint;
            current = next;
            LOG.info("{} {} is read anew: {}", option, file, next);
            return true;
        } catch (final IllegalArgumentException e) {
            readFingerprint = fingerprint;
            LOG.warn("{}: the new version is not taken, the one before stays in force: {}", option, e.getMessage());
            return false;
        } catch (final RuntimeException | OutOfMemoryError e) {
            // A list too long for the heap, say: the thread that looks at the files must not end with it.
            readFingerprint = fingerprint;
            LOG.error("{}: reading {} failed, the version before stays in force", option, file, e);
            return false;
        }
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
