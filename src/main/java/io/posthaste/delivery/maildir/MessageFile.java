package io.posthaste.delivery.maildir;

import io.posthaste.envelope.Envelope;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A message's file on its way from {@code tmp} to {@code new}. Used again for other messages.
 *
 * <pre>
 *   NONE --create--&gt; WRITTEN --sync--&gt; SYNCED --move--&gt; MOVED --settle--&gt; NONE
 *                       |                |                |
 *                       +----------------+----------------+--withdraw--&gt; NONE
 * </pre>
 */
final class MessageFile {
    private enum State {
        NONE,
        WRITTEN,
        SYNCED,
        MOVED
    }

    private final FileLayer files;
    private State state = State.NONE;
    private Envelope envelope;
    private FileChannel channel;
    private Path temporary;
    private Path target;

    MessageFile(final FileLayer files) {
        this.files = files;
    }

    /**
     * Creates the file in {@code tmp}; nothing is there when it fails.
     *
     * @param forEnvelope null when the message is in none
     */
    FileChannel create(final Envelope forEnvelope, final Path inTmp, final Path inNew) throws IOException {
        channel = files.create(inTmp);
        envelope = forEnvelope;
        temporary = inTmp;
        target = inNew;
        state = State.WRITTEN;
        return channel;
    }

    /** Null when the message is in none. */
    Envelope envelope() {
        return envelope;
    }

    boolean isSynced() {
        return state == State.SYNCED;
    }

    /** Makes the content durable. A failure is final: the kernel may have dropped the pages, and a second try would lie. */
    void sync() throws IOException {
        files.sync(channel);
        channel.close();
        state = State.SYNCED;
    }

    void move() throws IOException {
        files.move(temporary, target);
        state = State.MOVED;
    }

    /** The message stays. */
    void settle() {
        state = State.NONE;
        envelope = null;
        channel = null;
        temporary = null;
        target = null;
    }

    /** Removes the file, wherever it is by now; a failure to do so is added to the reason and leaves it to a later start. */
    void withdraw(final Throwable reason) {
        if (state == State.NONE) {
            return;
        }
        try {
            channel.close();
        } catch (final IOException e) {
            add(e, reason);
        }
        // Only a name in new can be read as a message, so that one goes first; a move that failed may have happened.
        if (state != State.WRITTEN) {
            delete(target, reason);
        }
        delete(temporary, reason);
        settle();
    }

    private void delete(final Path file, final Throwable reason) {
        try {
            files.delete(file);
        } catch (final IOException e) {
            add(e, reason);
        }
    }

    private static void add(final IOException failure, final Throwable reason) {
        if (failure != reason) {
            reason.addSuppressed(failure);
        }
    }
}
