package io.posthaste.delivery.spool;

import io.posthaste.envelope.Envelope;
import io.posthaste.memory.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The content of one message in a file of its own: from its first part until its record is in the log, or it is dropped.
 * What {@link Envelope#stored()} is; owned with the envelope.
 */
final class LargeFile implements AutoCloseable {
    /** Buffers of one gathering write. */
    private static final int VECTOR_LENGTH = 64;

    private final FileChannel channel;
    private final CRC32C crc32c = new CRC32C();
    private Path path;
    private long octets;
    private long unsyncedOctets;
    /** Of the disk budget. */
    private long roomOctets;

    LargeFile(final Path path, final FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Writes what the envelope holds of the content behind what there is. */
    void write(final Envelope envelope, final SpoolFiles files, final ByteBuffer[] vector) throws IOException {
        Block block = envelope.contentHead();
        while (block != null) {
            int length = 0;
            while (block != null && length < vector.length) {
                crc32c.update(block.ioView(0, block.length()));
                vector[length++] = block.ioView(0, block.length());
                octets += block.length();
                unsyncedOctets += block.length();
                block = block.next();
            }
            write(files, vector, length);
        }
    }

    /** Room for {@link #write}'s vector. */
    static ByteBuffer[] newVector() {
        return new ByteBuffer[VECTOR_LENGTH];
    }

    private void write(final SpoolFiles files, final ByteBuffer[] vector, final int length) throws IOException {
        int from = 0;
        while (from < length) {
            if (!vector[from].hasRemaining()) {
                from++;
            } else if (files.write(channel, vector, from, length) <= 0) {
                throw new IOException(path + " takes no more octets");
            }
        }
    }

    /** Makes what was written so far durable. */
    void sync(final SpoolFiles files) throws IOException {
        files.force(channel);
        unsyncedOctets = 0;
    }

    /** Makes the whole file durable, but for its name, and closes it. */
    void finish(final SpoolFiles files) throws IOException {
        files.forceAll(channel);
        channel.close();
    }

    /** Gives it another name. */
    void rename(final Path newPath, final SpoolFiles files) throws IOException {
        files.rename(path, newPath);
        path = newPath;
    }

    /** Deletes it, which leaves it open. */
    void delete(final SpoolFiles files) throws IOException {
        files.delete(path);
    }

    /** Closes it. Idempotent. */
    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Of what was written. */
    long octets() {
        return octets;
    }

    /** Of these, written since the last sync. */
    long unsyncedOctets() {
        return unsyncedOctets;
    }

    /** Octets of the disk budget that are taken for it. */
    long roomOctets() {
        return roomOctets;
    }

    void roomOctets(final long newOctets) {
        roomOctets = newOctets;
    }

    int crc() {
        return (int) crc32c.getValue();
    }
}
