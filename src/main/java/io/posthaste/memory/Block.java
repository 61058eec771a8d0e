package io.posthaste.memory;

import java.nio.ByteBuffer;

/**
 * A fixed piece of a slab: direct memory with one owner at a time.
 *
 * <p>{@link #buffer()} is for absolute access and keeps position 0 and limit = capacity for ever; {@link #ioView(int, int)}
 * is a second view of the same memory for channels, whose position and limit move. Owned by the thread of its
 * {@link BlockPool}; see the package description for the one exception.
 */
public final class Block {
    /** Octets of a small block: a command line's half, the addresses or the content of a small message. */
    public static final int SMALL = 4 * 1024;
    /** Octets of a large block: what a reactor reads into, and the content of a large message. */
    public static final int LARGE = 64 * 1024;

    private final ByteBuffer buffer;
    private final ByteBuffer view;
    private int length;
    private Block next;
    private boolean free = true;

    Block(final ByteBuffer buffer) {
        this.buffer = buffer;
        this.view = buffer.duplicate();
    }

    /** The memory, for absolute access only; its position and limit are never to be moved. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /**
     * The same memory for a channel's read or write, with the position and limit given. One view a block: valid until the
     * next call.
     */
    public ByteBuffer ioView(final int position, final int limit) {
        return view.limit(limit).position(position);
    }

    /** Size in octets: {@link #SMALL} or {@link #LARGE}. */
    public int capacity() {
        return buffer.capacity();
    }

    /** Octets in use, counted from the start. */
    public int length() {
        return length;
    }

    /** Octets still unused behind {@link #length()}. */
    public int remaining() {
        return buffer.capacity() - length;
    }

    public void length(final int length) {
        this.length = length;
    }

    /** The block behind this one in its chain, or null. */
    public Block next() {
        return next;
    }

    void next(final Block next) {
        this.next = next;
    }

    void markTaken() {
        free = false;
        length = 0;
        next = null;
    }

    void markFree() {
        if (free) {
            throw new IllegalStateException("block released twice");
        }
        free = true;
    }

    /**
     * Appends octets of a buffer as far as there is room.
     *
     * <p>The source may be this block's own buffer, from an offset at or behind {@link #length()}: the octets are then moved
     * down, or merely counted when they already lie in place.
     *
     * @return the octets taken
     */
    public int append(final ByteBuffer source, final int from, final int to) {
        final int count = Math.min(to - from, remaining());
        if (source != buffer || from != length) {
            buffer.put(length, source, from, count);
        }
        length += count;
        return count;
    }
}
