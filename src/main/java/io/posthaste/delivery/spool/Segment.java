package io.posthaste.delivery.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A prepared segment, open for writing: its octets are on the disk, its name is durable, and nothing in it counts until a
 * header with its number is written. Owned by the preparer, then by the writer, who closes it.
 */
record Segment(long number, Path file, FileChannel channel, long octets) implements AutoCloseable {
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
