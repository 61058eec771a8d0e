package io.posthaste.reactor;

import java.io.IOException;

/** There is no block for what a connection must keep: that connection is closed. */
final class OutOfBlocksException extends IOException {
    private static final long serialVersionUID = 1L;

    OutOfBlocksException() {
        super("the memory budget is used up");
    }
}
