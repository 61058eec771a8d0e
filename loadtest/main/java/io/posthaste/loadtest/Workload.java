package io.posthaste.loadtest;

/**
 * What one thread may still send, and when. Sequence numbers are dense over all threads.
 *
 * <p>Of that thread only, except {@link #backlog()}.
 */
interface Workload {
    /** Instead of a sequence number: the next message is not due yet. */
    long NOT_DUE = -1;
    /** Instead of a sequence number: there is no further message. */
    long OVER = -2;
    /** Instead of a time: there is none. */
    long NEVER = Long.MAX_VALUE;

    /** What ended a run. */
    enum End {
        MESSAGES,
        DURATION,
        STOPPED,
        /** Every connection failed too often in a row. */
        GIVEN_UP
    }

    /** Whether a message may be begun, now or later. */
    boolean hasMore(long nowNs);

    /** Takes one message and returns its sequence number, {@link #NOT_DUE} or {@link #OVER}; once taken it must begin. */
    long claim(long nowNs);

    /** Whether {@link #claim} would take one. */
    boolean isDue(long nowNs);

    /** When the message taken last was planned; {@link #NEVER} if messages are not planned. */
    long plannedNs();

    /** When the next message is due, or {@link #NEVER}. */
    long nextPlannedNs();

    /** One pass of the thread is over, all that could be begun has begun: looks at the backlog and at the time. */
    void onPass(long nowNs);

    /** No connection is left: nothing will be begun any more. */
    void onFinished(long nowNs);

    /** Messages that are due and wait for a free connection. Any thread. */
    long backlog();

    /** What ended this thread's part; asked when no connection is left. */
    End end();
}
