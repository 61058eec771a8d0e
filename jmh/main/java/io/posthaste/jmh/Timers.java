package io.posthaste.jmh;

/** A way to keep one timer for each connection. */
interface Timers {
    /** Arms the timer for this deadline. */
    void arm(ConnectionTimer timer, long deadlineNs);

    /** Takes the timer away. */
    void disarm(ConnectionTimer timer);

    /** Moves the deadline of an armed timer further ahead. */
    void move(ConnectionTimer timer, long deadlineNs);

    /** Fires what is due; returns how many. */
    int poll(long nowNs);

    /** Nothing is timed any more. */
    void close();
}
