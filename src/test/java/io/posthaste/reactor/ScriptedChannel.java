package io.posthaste.reactor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.ArrayDeque;
import java.util.Arrays;

/** The client's end of a connection without a socket: each read yields one piece, each write takes what it is told to. */
final class ScriptedChannel implements ByteChannel {
    private final ArrayDeque<ByteBuffer> input = new ArrayDeque<>();
    private final ArrayDeque<Integer> writeSteps = new ArrayDeque<>();
    private int everyOtherWrite = Integer.MAX_VALUE;
    private boolean atEnd;
    private Throwable readFailure;
    private Throwable writeFailure;
    private byte[] output = new byte[1024];
    private int outputLength;
    private boolean open = true;
    private int writes;

    // ---- the test's side

    void feed(final byte[] octets, final int from, final int to) {
        if (to > from) {
            input.add(ByteBuffer.wrap(octets, from, to - from));
        }
    }

    void feedEnd() {
        atEnd = true;
    }

    void failReads(final Throwable failure) {
        readFailure = failure;
    }

    void failWrites(final Throwable failure) {
        writeFailure = failure;
    }

    /** The next writes take so many octets each; those behind them the last number. */
    void writesTake(final int... octets) {
        writeSteps.clear();
        for (int i = 0; i < octets.length - 1; i++) {
            writeSteps.add(octets[i]);
        }
        everyOtherWrite = octets[octets.length - 1];
    }

    boolean isReadable() {
        return !input.isEmpty() || atEnd || readFailure != null;
    }

    boolean isWritable() {
        return !writeSteps.isEmpty() || everyOtherWrite > 0 || writeFailure != null;
    }

    /** Octets fed and not yet read. */
    int unread() {
        return input.stream().mapToInt(ByteBuffer::remaining).sum();
    }

    byte[] output() {
        return Arrays.copyOf(output, outputLength);
    }

    int outputLength() {
        return outputLength;
    }

    int writes() {
        return writes;
    }

    // ---- the connection's side

    @Override
    public int read(final ByteBuffer target) throws IOException {
        if (readFailure != null) {
            throw Planted.sneak(readFailure);
        }
        final ByteBuffer piece = input.peekFirst();
        if (piece == null) {
            return atEnd ? -1 : 0;
        }
        final int count = Math.min(piece.remaining(), target.remaining());
        target.put(piece.slice(piece.position(), count));
        piece.position(piece.position() + count);
        if (!piece.hasRemaining()) {
            input.removeFirst();
        }
        return count;
    }

    @Override
    public int write(final ByteBuffer source) throws IOException {
        writes++;
        if (writeFailure != null) {
            throw Planted.sneak(writeFailure);
        }
        final int step = writeSteps.isEmpty() ? everyOtherWrite : writeSteps.removeFirst();
        final int count = Math.min(source.remaining(), step);
        if (outputLength + count > output.length) {
            output = Arrays.copyOf(output, Math.max(2 * output.length, outputLength + count));
        }
        source.get(output, outputLength, count);
        outputLength += count;
        return count;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        if (!open) {
            throw new IllegalStateException("closed twice");
        }
        open = false;
    }
}
