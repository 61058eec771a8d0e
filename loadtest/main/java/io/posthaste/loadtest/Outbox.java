package io.posthaste.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What one connection is sending: a row of ranges of the shared commands and messages, between them the few octets that
 * are each message's own.
 *
 * <pre>
 *  SEND_CONTENT          │ stamp │ message, end of data │
 *  SEND_CHUNK            │ BDAT, stamp │ message │
 *  SEND_BATCH, for each: │ MAIL, RCPT … │ BDAT, stamp │ message │
 *  any other             │ commands │
 * </pre>
 *
 * <p>Engine thread only; no allocation.
 */
final class Outbox {
    /** Longest BDAT command: the size has 10 digits at most. */
    private static final int MAX_BDAT_LENGTH = "BDAT 2147483647 LAST\r\n".length();

    private static final int PARTS_PER_TRANSACTION = 3;

    private final Commands commands;
    private final Messages messages;
    private final Stamp stamp;
    private final WallClock wallClock;

    private final ByteBuffer[] commandViews;
    private final ByteBuffer[] heads;
    private final ByteBuffer[] contentViews;
    private final ByteBuffer[] parts;
    private int from;
    private int end;
    private boolean isContent;

    /**
     * @param stamp shared by the connections of one thread
     * @param depth transactions to a write at most
     */
    Outbox(Commands commands, Messages messages, Stamp stamp, WallClock wallClock, int depth) {
        this.commands = commands;
        this.messages = messages;
        this.stamp = stamp;
        this.wallClock = wallClock;
        commandViews = new ByteBuffer[depth];
        heads = new ByteBuffer[depth];
        contentViews = new ByteBuffer[depth];
        for (int i = 0; i < depth; i++) {
            commandViews[i] = commands.view();
            heads[i] = ByteBuffer.allocateDirect(MAX_BDAT_LENGTH + Stamp.LENGTH);
            contentViews[i] = messages.view();
        }
        parts = new ByteBuffer[PARTS_PER_TRANSACTION * depth];
    }

    /** Drops what was not sent. */
    void clear() {
        from = 0;
        end = 0;
        isContent = false;
    }

    /**
     * Loads the octets of a move; what was loaded before must be sent.
     *
     * @param recipient index from 0, for {@link Move#SEND_RCPT} only
     * @param startNs when the transactions of the batch began
     */
    void load(Move move, int recipient, Batch batch, long startNs) {
        clear();
        switch (move) {
            case SEND_CONTENT -> addMessage(0, batch.sequence(0), startNs, false);
            case SEND_CHUNK -> addMessage(0, batch.sequence(0), startNs, true);
            case SEND_BATCH -> {
                for (int i = 0; i < batch.size(); i++) {
                    addCommands(i, move, recipient);
                    addMessage(i, batch.sequence(i), startNs, true);
                }
            }
            default -> addCommands(0, move, recipient);
        }
    }

    private void addCommands(int slot, Move move, int recipient) {
        commands.frame(commandViews[slot], move, recipient);
        parts[end++] = commandViews[slot];
    }

    private void addMessage(int slot, long sequence, long startNs, boolean isChunk) {
        final int message = messages.pick(sequence);
        final ByteBuffer head = heads[slot].clear();
        if (isChunk) {
            putBdat(head, messages.size(message));
        }
        stamp.putInto(head, sequence, wallClock.epochUs(startNs), messages.bodyCrc(message));
        messages.frame(contentViews[slot], message);
        parts[end++] = head.flip();
        parts[end++] = contentViews[slot];
        isContent = true;
    }

    private static void putBdat(ByteBuffer head, int size) {
        head.put((byte) 'B').put((byte) 'D').put((byte) 'A').put((byte) 'T').put((byte) ' ');
        int unit = 1;
        while (size / unit >= 10) {
            unit *= 10;
        }
        for (; unit > 0; unit /= 10) {
            head.put((byte) ('0' + size / unit % 10));
        }
        head.put((byte) ' ').put((byte) 'L').put((byte) 'A').put((byte) 'S').put((byte) 'T');
        head.put((byte) '\r').put((byte) '\n');
    }

    /** Writes once, as much as the wire takes; returns the octets written. */
    long writeTo(Wire wire) throws IOException {
        final long length = wire.write(parts, from, end - from);
        while (from < end && !parts[from].hasRemaining()) {
            from++;
        }
        return length;
    }

    /** Whether everything loaded has been written. */
    boolean isEmpty() {
        return from == end;
    }

    /** Whether what was loaded last holds content. */
    boolean isContent() {
        return isContent;
    }
}
