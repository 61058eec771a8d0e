package io.posthaste.delivery.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** What a spool asks of the file system while it runs; the seam at which tests make it fail. Two threads at once. */
interface SpoolFiles {
    /** Creates a file that must not exist yet, for reading and writing, mode 0600. */
    FileChannel create(Path file) throws IOException;

    /** Opens a file that is there, for reading and writing. */
    FileChannel open(Path file) throws IOException;

    /** Writes the buffers [from, to) at the channel's position; may write short, never nothing. */
    long write(FileChannel file, ByteBuffer[] buffers, int from, int to) throws IOException;

    /** Makes the content durable; the file's size has not changed since it was prepared. */
    void force(FileChannel file) throws IOException;

    /** Makes content and size durable. */
    void forceAll(FileChannel file) throws IOException;

    /** Cuts a file off. */
    void truncate(FileChannel file, long size) throws IOException;

    /** Gives the file another name in the same directory, atomically. */
    void rename(Path from, Path to) throws IOException;

    /** Makes a directory's entries durable; opens nothing, for there may be no descriptor left when it matters. */
    void syncDirectory(FileChannel directory) throws IOException;

    /** Removes the file if it is there. */
    void delete(Path file) throws IOException;
}
