package io.posthaste.delivery.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file of which reads at a place fail as often as a test wants, and closing. */
public final class FaultyChannel extends FileChannel {
    /** Reads at a place that fail, from now on. */
    int faults;

    /** What writes fail with; null when they do not. */
    public Error writeFailure;

    private final FileChannel channel;
    private final Closing closing;

    /** What is done when it is closed, besides closing it. */
    public interface Closing {
        void run() throws IOException;
    }

    /** @param channel is closed with this */
    public FaultyChannel(final FileChannel channel) {
        this(channel, () -> {});
    }

    /**
     * @param channel is closed with this
     * @param closing may fail; it is closed all the same
     */
    public FaultyChannel(final FileChannel channel, final Closing closing) {
        this.channel = channel;
        this.closing = closing;
    }

    @Override
    public int read(final ByteBuffer target, final long position) throws IOException {
        if (faults > 0) {
            faults--;
            throw new IOException(FaultySpoolFiles.INPUT_OUTPUT_ERROR);
        }
        return channel.read(target, position);
    }

    @Override
    public int read(final ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public long read(final ByteBuffer[] targets, final int offset, final int length) throws IOException {
        return channel.read(targets, offset, length);
    }

    @Override
    public long position() throws IOException {
        return channel.position();
    }

    @Override
    public FileChannel position(final long newPosition) throws IOException {
        channel.position(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public long transferTo(final long position, final long count, final WritableByteChannel target) throws IOException {
        return channel.transferTo(position, count, target);
    }

    @Override
    public MappedByteBuffer map(final MapMode mode, final long position, final long size) throws IOException {
        return channel.map(mode, position, size);
    }

    @Override
    public int write(final ByteBuffer source) throws IOException {
        if (writeFailure != null) {
            throw writeFailure;
        }
        return channel.write(source);
    }

    @Override
    public int write(final ByteBuffer source, final long position) throws IOException {
        return channel.write(source, position);
    }

    @Override
    public long write(final ByteBuffer[] sources, final int offset, final int length) throws IOException {
        return channel.write(sources, offset, length);
    }

    @Override
    public long transferFrom(final ReadableByteChannel source, final long position, final long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(final long size) throws IOException {
        channel.truncate(size);
        return this;
    }

    @Override
    public void force(final boolean metaData) throws IOException {
        channel.force(metaData);
    }

    @Override
    public FileLock lock(final long position, final long size, final boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(final long position, final long size, final boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void implCloseChannel() throws IOException {
        try (channel) {
            closing.run();
        }
    }
}
