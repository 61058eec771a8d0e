package io.posthaste.reactor;

import io.posthaste.memory.Block;
import io.posthaste.session.Intent;
import io.posthaste.session.Session;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reading: lets the session consume what comes, keeps what it cannot take yet, and has the connection do what it intends.
 * Stateless; called on the reactor thread only.
 */
final class Consuming {
    private Consuming() {}

    /** The channel is readable. What the session would read is left there while there is too little memory for it. */
    static void onReadable(final Connection connection, final long nowNs) throws IOException {
        final ReactorContext context = connection.context;
        final Session session = connection.session;
        if (!session.needsMemory() || !context.isShortOfMemory()) {
            read(connection, nowNs);
        } else if (session.giveMemory(context.out, nowNs)) {
            connection.act(nowNs);
        } else {
            Waiting.forMemory(connection, nowNs);
        }
    }

    private static void read(final Connection connection, final long nowNs) throws IOException {
        if (connection.layer().isSecure()) {
            readSecure(connection, nowNs);
            return;
        }
        final Block target = readTarget(connection);
        final int from = target == connection.context.readBlock ? 0 : target.length();
        final int count = connection.readTo(target, from);
        if (count < 0) {
            Farewell.onPeerClosed(connection);
        } else if (target == connection.kept.block()) {
            target.length(from + count);
            goOnWithKept(connection, nowNs);
        } else {
            consume(connection, target, from, from + count, nowNs);
        }
    }

    /** What was kept and what comes lie in the read block together. */
    private static void readSecure(final Connection connection, final long nowNs) throws IOException {
        final Block readBlock = connection.context.readBlock;
        final int from = connection.kept.moveTo(readBlock);
        final int count = connection.readTo(readBlock, from);
        if (count < 0) {
            Farewell.onPeerClosed(connection);
        } else {
            consume(connection, readBlock, 0, from + count, nowNs);
        }
    }

    private static Block readTarget(final Connection connection) {
        if (!connection.kept.isEmpty()) {
            return connection.kept.block();
        }
        final Block tail = connection.session.tailForRead();
        return tail != null ? tail : connection.context.readBlock;
    }

    /** Lets the session have octets [from, to) of the read block, or keeps them until what it has said is written. */
    static void takeAhead(final Connection connection, final int from, final int to, final long nowNs)
            throws IOException {
        if (connection.outbox.isEmpty()) {
            consume(connection, connection.context.readBlock, from, to, nowNs);
        } else if (from < to) {
            keep(connection, connection.context.readBlock, from, to);
        }
    }

    /** Lets the session go on with what was kept, of which there is some. */
    static void goOnWithKept(final Connection connection, final long nowNs) throws IOException {
        final KeptInput kept = connection.kept;
        consume(connection, kept.block(), kept.from(), kept.block().length(), nowNs);
    }

    /** Lets the session consume octets [from, to) of a block, keeps what it cannot, and does what it intends. */
    private static void consume(
            final Connection connection, final Block source, final int from, final int to, final long nowNs)
            throws IOException {
        final Session session = connection.session;
        final Block readBlock = connection.context.readBlock;
        final ByteBuffer out = connection.context.out;
        Block in = source;
        int position = from;
        int end = to;
        boolean consuming = true;
        while (consuming) {
            position = session.consume(in.buffer(), position, end, out, nowNs);
            consuming = false;
            if (session.intent() == Intent.END_OF_DATA) {
                if (in != readBlock && in != connection.kept.block()) {
                    // The rest lies in the envelope's own block, which is about to change owners.
                    readBlock.buffer().put(0, in.buffer(), position, end - position);
                    in = readBlock;
                    end -= position;
                    position = 0;
                }
                session.endOfData(out, nowNs);
                consuming = session.intent() == Intent.READ && position < end;
            } else if (session.intent() == Intent.FLUSH) {
                consuming = connection.flush(nowNs);
            }
        }
        if (position == end || session.intent() == Intent.CLOSE) {
            connection.kept.release();
        } else {
            keep(connection, in, position, end);
        }
        connection.act(nowNs);
    }

    /** Keeps octets [position, to) of a source for the session. */
    static void keep(final Connection connection, final Block source, final int position, final int to)
            throws OutOfBlocksException {
        final boolean isConfidential = connection.session.isConfidential();
        if (!connection.kept.keep(source, position, to, isConfidential)) {
            throw new OutOfBlocksException();
        }
        if (isConfidential && source != connection.kept.block()) {
            KeptInput.wipe(source, position, to);
        }
    }
}
