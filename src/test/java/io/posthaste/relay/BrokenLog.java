package io.posthaste.relay;

import java.io.OutputStream;
import java.io.PrintStream;

/** While it is open, whatever is logged fails, on any thread. */
final class BrokenLog implements AutoCloseable {
    private final PrintStream before = System.err;
    private volatile boolean asked;

    BrokenLog() {
        System.setErr(new PrintStream(OutputStream.nullOutputStream()) {
            @Override
            public void println(final String line) {
                asked = true;
                throw new IllegalStateException("for a test");
            }
        });
    }

    /** Whether anything was logged. */
    boolean isAsked() {
        return asked;
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
