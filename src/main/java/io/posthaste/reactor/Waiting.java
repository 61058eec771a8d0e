package io.posthaste.reactor;

import io.posthaste.metrics.Counter;
import io.posthaste.session.Intent;
import java.io.IOException;
import java.nio.channels.SelectionKey;

/**
 * The waiting of connections for what nobody announces: room in the hand-off queue, and memory. The reactor asks again for
 * those at the head of its two lists. Stateless; called on the reactor thread only.
 */
final class Waiting {
    private Waiting() {}

    /** The message has found no room in the hand-off queue. */
    static void forRoom(final Connection connection, final long nowNs) {
        final ReactorContext context = connection.context;
        connection.phase(Phase.AWAITING_ROOM);
        connection.waitUntilNs(nowNs + context.limits.handOffTimeoutNs());
        context.awaitingRoom.add(connection);
        context.metrics.increment(Counter.HAND_OFF_WAITS);
    }

    /** There is too little memory to read on. */
    static void forMemory(final Connection connection, final long nowNs) {
        final ReactorContext context = connection.context;
        connection.phase(Phase.AWAITING_MEMORY);
        connection.waitUntilNs(nowNs + context.limits.memoryTimeoutNs());
        context.awaitingMemory.add(connection);
        context.metrics.increment(Counter.MEMORY_WAITS);
        connection.interest(0);
    }

    /** There may be room in the hand-off queue now; true when the connection waits no more. */
    static boolean retryHandOff(final Connection connection, final long nowNs) throws IOException {
        connection.session.endOfData(connection.context.out, nowNs);
        if (connection.session.intent() == Intent.END_OF_DATA) {
            if (connection.waitUntilNs() - nowNs > 0) {
                return false;
            }
            connection.session.giveUpHandOff(connection.context.out, nowNs);
        }
        connection.goOn(nowNs);
        return true;
    }

    /** There may be memory now; true when the connection waits no more. */
    static boolean retryMemory(final Connection connection, final long nowNs) {
        if (connection.context.isShortOfMemory()) {
            if (connection.waitUntilNs() - nowNs > 0) {
                return false;
            }
            connection.session.onMemoryTimeout();
        }
        connection.phase(Phase.READING);
        connection.moveDeadline(connection.session.timeoutNs(), nowNs);
        connection.interest(SelectionKey.OP_READ);
        return true;
    }

    /** The connection waits no more, for it ends; its phase is still what it was. */
    static void giveUp(final Connection connection) {
        if (connection.phase() == Phase.AWAITING_ROOM) {
            connection.context.awaitingRoom.remove(connection);
        } else if (connection.phase() == Phase.AWAITING_MEMORY) {
            connection.context.awaitingMemory.remove(connection);
        }
    }
}
