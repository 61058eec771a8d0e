package io.posthaste.delivery.maildir;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.AllocationCounter;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.Transactions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MaildirAllocationTest {
    private static final int ROUNDS = 8;
    private static final int BATCH = 64;
    /** Octets of heap a message may cost beyond the JDK's own: its name as text and as two paths. */
    private static final long OWN_LIMIT = 1_024;

    private final Transactions transactions = new Transactions();

    @Test
    void shouldAllocateLittleMoreThanTheJdkDoesToOpenAndMoveAFile(@TempDir final Path temporary) throws IOException {
        final Envelope envelope = transactions.envelope("a@b.example", "x".repeat(70_000), "c@d.example");
        final FileLayer noDisk = new UnsyncedFiles();
        final long jdk = perMessage(() -> bareFiles(noDisk, temporary));
        final MaildirDelivery delivery = MaildirDelivery.open(temporary.resolve("mail"), "mx.example", noDisk);
        final long ours = perMessage(() -> deliver(delivery, envelope));

        assertTrue(ours - jdk <= OWN_LIMIT, "a message costs " + ours + " octets of heap, the JDK's part is " + jdk);
    }

    private static long perMessage(final Runnable batch) {
        return AllocationCounter.octets(ROUNDS, batch) / (ROUNDS * BATCH);
    }

    private static void deliver(final MaildirDelivery delivery, final Envelope envelope) {
        try {
            for (int i = 0; i < BATCH; i++) {
                delivery.append(envelope);
                delivery.commit();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void bareFiles(final FileLayer files, final Path directory) {
        try {
            final Path from = directory.resolve("from");
            final Path to = directory.resolve("to");
            for (int i = 0; i < BATCH; i++) {
                final FileChannel channel = files.create(from);
                channel.close();
                files.move(from, to);
                files.syncDirectory(directory);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The machine's files without waiting for the disk. */
    private static final class UnsyncedFiles implements FileLayer {
        private final FileLayer files = new SystemFiles();

        @Override
        public FileChannel create(final Path file) throws IOException {
            return files.create(file);
        }

        @Override
        public long write(final FileChannel file, final ByteBuffer[] buffers, final int from, final int to)
                throws IOException {
            return files.write(file, buffers, from, to);
        }

        @Override
        public long size(final FileChannel file) throws IOException {
            return files.size(file);
        }

        @Override
        public void sync(final FileChannel file) {}

        @Override
        public void move(final Path from, final Path to) throws IOException {
            files.move(from, to);
        }

        @Override
        public void syncDirectory(final Path directory) {}

        @Override
        public void delete(final Path file) throws IOException {
            files.delete(file);
        }
    }
}
