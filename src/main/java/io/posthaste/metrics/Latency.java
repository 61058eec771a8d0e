package io.posthaste.metrics;

import java.util.concurrent.TimeUnit;

/** What is timed. Each has a recorder in every reactor, written with clock readings that the reactor took anyway. */
public enum Latency {
    /** A connection from its acceptance to its end, for whatever reason. */
    SESSION(TimeUnit.HOURS.toMicros(25)),
    /** A handshake of TLS that was completed. */
    TLS_HANDSHAKE(TimeUnit.MINUTES.toMicros(10)),
    /** The content of a message: from the answer to DATA, or from the first BDAT, to its end. */
    CONTENT(TimeUnit.HOURS.toMicros(25)),
    /** From the end of data to the delivery's answer, for messages accepted. */
    ACKNOWLEDGEMENT(TimeUnit.MINUTES.toMicros(10)),
    /**
     * A turn of the event loop in which there was something to do, its sleep not counted: as long as that, everything else
     * had to wait.
     */
    REACTOR_CYCLE(TimeUnit.MINUTES.toMicros(10)),
    /** A wait for a policy, DNS lists among them, to its answer or to the end of patience; none where it answers at once. */
    POLICY_WAIT(TimeUnit.MINUTES.toMicros(10)),
    /** A wait for a password to be checked, to its answer or to the end of patience. */
    PASSWORD_WAIT(TimeUnit.MINUTES.toMicros(10)),
    /** A heavy step of a handshake of TLS, from the reactor to a worker and back: its time in the queue and that of the work. */
    TLS_WORKER_WAIT(TimeUnit.MINUTES.toMicros(10));

    private final long highestUs;

    Latency(final long highestUs) {
        this.highestUs = highestUs;
    }

    /** What takes longer is recorded as this, in microseconds: a time past which every client has gone. */
    long highestUs() {
        return highestUs;
    }
}
