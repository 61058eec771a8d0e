package io.posthaste.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** What one connection is sending: a range of the shared commands or of the shared content. Engine thread only. */
final class Outbox {
    private final Commands commands;
    private final ByteBuffer command;
    private final ByteBuffer content;

    private ByteBuffer current;

    Outbox(Commands commands, MessageContent message) {
        this.commands = commands;
        this.command = commands.view();
        this.content = message.view();
        clear();
    }

    /** Drops what was not sent. */
    void clear() {
        current = command;
        command.position(command.limit());
    }

    /** Loads the octets of a move; what was loaded before must be sent. */
    void load(Move move, int recipient) {
        if (move == Move.SEND_CONTENT) {
            current = content;
            content.rewind();
        } else {
            current = command;
            commands.frame(command, move, recipient);
        }
    }

    /** Writes once, as much as the channel takes; returns the octets written. */
    int writeTo(WritableByteChannel channel) throws IOException {
        return channel.write(current);
    }

    /** Whether everything loaded has been written. */
    boolean isEmpty() {
        return !current.hasRemaining();
    }

    /** Whether the content is what was loaded last. */
    boolean isContent() {
        return current == content;
    }
}
