package io.posthaste.delivery.maildir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Puts messages that come from elsewhere than the wire into a Maildir, as {@link MaildirDelivery} does: one file each, durable
 * when {@link #commit} returns. A message that is put in twice keeps its name, so it is there once unless a reader has moved
 * it meanwhile. Called by one thread at a time.
 */
public final class MaildirWriter implements AutoCloseable {
    private static final int PIECE_OCTETS = 64 * 1024;

    private final Path tmp;
    private final Path incoming;
    private final MaildirNames names;
    private final FileLayer files;
    private final MaildirBatch batch;
    private final ByteBuffer[] piece = {ByteBuffer.allocateDirect(PIECE_OCTETS)};
    private IOException[] failures = {};

    private MaildirWriter(final Path directory, final String hostname, final FileLayer files) {
        this.files = files;
        tmp = directory.resolve("tmp");
        incoming = directory.resolve("new");
        names = new MaildirNames(hostname);
        batch = new MaildirBatch(files, incoming, this::fail);
    }

    /**
     * Opens a Maildir; creates what is missing of it, as {@link MaildirDelivery#open}.
     *
     * @param hostname this server's name, for file names
     * @throws IOException it cannot be created or not be written to
     */
    public static MaildirWriter open(final Path directory, final String hostname) throws IOException {
        return open(directory, hostname, new SystemFiles());
    }

    static MaildirWriter open(final Path directory, final String hostname, final FileLayer files) throws IOException {
        MaildirDelivery.prepare(directory);
        return new MaildirWriter(directory, hostname, files);
    }

    /**
     * Adds a message to the batch.
     *
     * @param fields header fields to stand above the content, lines with CRLF
     * @param content read to its end; stays the caller's
     * @param contentOctets that it has
     * @throws IOException it is not in the batch and left nothing behind
     */
    public void add(
            final String id,
            final long receivedEpochMs,
            final byte[] fields,
            final ReadableByteChannel content,
            final long contentOctets)
            throws IOException {
        final String name = names.name(id, receivedEpochMs);
        final MessageFile file = batch.unused();
        final FileChannel channel = create(file, name);
        try {
            write(ByteBuffer.wrap(fields), channel);
            piece[0].clear();
            while (content.read(piece[0]) >= 0) {
                if (!piece[0].hasRemaining()) {
                    write(piece[0].flip(), channel);
                    piece[0].clear();
                }
            }
            write(piece[0].flip(), channel);
            final long size = files.size(channel);
            if (size != fields.length + contentOctets) {
                throw new IOException("the file holds " + size + " octets, not " + (fields.length + contentOctets));
            }
        } catch (final Throwable e) {
            file.withdraw(e);
            throw e;
        }
        batch.add();
    }

    /** Messages in the batch. */
    public int size() {
        return batch.size();
    }

    /**
     * Makes the batch durable.
     *
     * @return for each message, in the order of {@link #add}, why it did not get there, or null when it did
     * @throws IOException none of them did
     */
    public List<IOException> commit() throws IOException {
        failures = new IOException[batch.size()];
        batch.commit();
        return Arrays.asList(failures);
    }

    @Override
    public void close() {
        if (batch.size() > 0) {
            batch.withdrawAll(new IOException("closed before the commit"));
        }
    }

    /** What an earlier life left under this name in {@code tmp} was never finished. */
    private FileChannel create(final MessageFile file, final String name) throws IOException {
        final Path temporary = tmp.resolve(name);
        try {
            return file.create(null, temporary, incoming.resolve(name));
        } catch (final FileAlreadyExistsException e) {
            files.delete(temporary);
            return file.create(null, temporary, incoming.resolve(name));
        }
    }

    private void write(final ByteBuffer octets, final FileChannel channel) throws IOException {
        final ByteBuffer[] vector = {octets};
        while (octets.hasRemaining()) {
            if (files.write(channel, vector, 0, 1) <= 0) {
                throw new IOException("the file takes no more octets");
            }
        }
    }

    private void fail(final MessageFile failed, final IOException reason) {
        for (int i = 0; i < failures.length; i++) {
            if (batch.file(i) == failed) {
                failures[i] = reason;
            }
        }
    }
}
