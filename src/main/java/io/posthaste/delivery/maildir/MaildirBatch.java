package io.posthaste.delivery.maildir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a batch on their way to {@code new}: {@code sync each | rename each | sync the directory, once}. One that
 * fails by itself is withdrawn and told; when the directory's sync fails all are withdrawn. Holds one open file for each.
 * Called by one thread at a time.
 */
final class MaildirBatch {
    /** Is told of each file that failed by itself, before it is withdrawn. */
    @FunctionalInterface
    interface OnFailure {
        void failed(MessageFile file, IOException reason);
    }

    private final FileLayer files;
    private final Path incoming;
    private final OnFailure onFailure;

    // The first size are in use.
    private final List<MessageFile> batch = new ArrayList<>();
    private int size;
    private int failures;
    private IOException firstFailure;

    MaildirBatch(final FileLayer files, final Path incoming, final OnFailure onFailure) {
        this.files = files;
        this.incoming = incoming;
        this.onFailure = onFailure;
    }

    /** A file to create; in the batch once {@link #add} says so. */
    MessageFile unused() {
        if (size == batch.size()) {
            batch.add(new MessageFile(files));
        }
        return batch.get(size);
    }

    /** The file last taken by {@link #unused} is whole. */
    void add() {
        size++;
    }

    int size() {
        return size;
    }

    /** A file of the batch. */
    MessageFile file(final int index) {
        return batch.get(index);
    }

    /** Files that failed by themselves in the last commit. */
    int failures() {
        return failures;
    }

    /** Why the first of them did. */
    IOException firstFailure() {
        return firstFailure;
    }

    /**
     * Makes them durable under their names.
     *
     * @throws IOException none of them is there
     */
    void commit() throws IOException {
        failures = 0;
        firstFailure = null;
        try {
            syncFiles();
            moveFiles();
            if (failures < size) {
                files.syncDirectory(incoming);
            }
        } catch (final Throwable e) {
            withdrawAll(e);
            throw e;
        }
        for (int i = 0; i < size; i++) {
            batch.get(i).settle();
        }
        size = 0;
    }

    /** Removes them again, and empties the batch. */
    void withdrawAll(final Throwable reason) {
        for (int i = 0; i < size; i++) {
            batch.get(i).withdraw(reason);
        }
        size = 0;
    }

    private void syncFiles() {
        for (int i = 0; i < size; i++) {
            try {
                batch.get(i).sync();
            } catch (final IOException e) {
                fail(batch.get(i), e);
            }
        }
    }

    private void moveFiles() {
        for (int i = 0; i < size; i++) {
            final MessageFile file = batch.get(i);
            if (file.isSynced()) {
                try {
                    file.move();
                } catch (final IOException e) {
                    fail(file, e);
                }
            }
        }
    }

    private void fail(final MessageFile file, final IOException reason) {
        onFailure.failed(file, reason);
        file.withdraw(reason);
        if (failures++ == 0) {
            firstFailure = reason;
        }
    }
}
