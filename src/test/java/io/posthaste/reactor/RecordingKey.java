package io.posthaste.reactor;

import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** A key without a selector: records what the connection is interested in. */
final class RecordingKey extends SelectionKey {
    private int interest = OP_READ;
    private int changes;

    @Override
    public SelectableChannel channel() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Selector selector() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isValid() {
        return true;
    }

    @Override
    public void cancel() {}

    @Override
    public int interestOps() {
        return interest;
    }

    @Override
    public SelectionKey interestOps(final int ops) {
        if (ops != interest) {
            changes++;
        }
        interest = ops;
        return this;
    }

    @Override
    public int readyOps() {
        throw new UnsupportedOperationException();
    }

    /** How often the interest was really changed: each is a system call. */
    int changes() {
        return changes;
    }
}
