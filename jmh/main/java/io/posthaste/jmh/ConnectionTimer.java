package io.posthaste.jmh;

import java.util.concurrent.Future;

/** The timer of one connection: when it is due, and how each kind of {@link Timers} finds it again. */
final class ConnectionTimer implements Comparable<ConnectionTimer> {
    final int connection;
    long deadlineNs;
    long timerId;
    Future<?> future;

    ConnectionTimer(final int connection) {
        this.connection = connection;
    }

    @Override
    public int compareTo(final ConnectionTimer other) {
        final int byDeadline = Long.compare(deadlineNs, other.deadlineNs);
        return byDeadline != 0 ? byDeadline : Integer.compare(connection, other.connection);
    }

    @Override
    public boolean equals(final Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return connection;
    }
}
