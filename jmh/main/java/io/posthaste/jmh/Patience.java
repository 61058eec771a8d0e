package io.posthaste.jmh;

/** Spinning, but not for ever: where there are fewer cores than threads, the other side gets this one now and then. */
final class Patience {
    private static final int SPINS = 1_000;

    private int spins;

    /** Waits a moment. */
    void spin() {
        if (++spins < SPINS) {
            Thread.onSpinWait();
        } else {
            spins = 0;
            Thread.yield();
        }
    }
}
