package io.posthaste.delivery.maildir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** What a Maildir asks of the file system while it runs; the seam at which tests make it fail. */
interface FileLayer {
    /** Creates a file that must not exist yet, for writing, mode 0600. */
    FileChannel create(Path file) throws IOException;

    /** Writes the buffers [from, to) behind the file's end; may write short, never nothing. */
    long write(FileChannel file, ByteBuffer[] buffers, int from, int to) throws IOException;

    /** Octets of the file. */
    long size(FileChannel file) throws IOException;

    /** Makes content and size durable. */
    void sync(FileChannel file) throws IOException;

    /** Gives the file its name in another directory of the same file system, atomically. */
    void move(Path from, Path to) throws IOException;

    /** Makes a directory's entries durable. */
    void syncDirectory(Path directory) throws IOException;

    /** Removes the file if it is there. */
    void delete(Path file) throws IOException;
}
