package io.posthaste.reactor;

import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * One timer for each connection, on a timer wheel, lazily re-armed: progress only moves the connection's own deadline; the
 * timer looks at it when it fires and is armed again when it came too early. So a busy connection costs the wheel nothing.
 *
 * <p>A timer is never armed further ahead than the shortest timeout, so that a deadline may also be moved nearer, down to
 * that timeout from now, without touching the wheel. And it is armed up to a turn of the wheel too early, one connection
 * more than the next: else those that came together would crowd one tick, and the wheel makes room in all ticks for as many
 * as the fullest has. Called on the reactor thread only.
 */
final class Deadlines implements DeadlineTimerWheel.TimerHandler {
    /** No timer: what {@link Connection#timerId()} is between connections. */
    static final long NO_TIMER = Long.MAX_VALUE;
    /** Resolution: about 67 ms. Timeouts are minutes. */
    static final long TICK_NS = 1L << 26;

    private static final int TICKS = 512;
    private static final long TURN_NS = TICKS * TICK_NS;

    private final DeadlineTimerWheel wheel;
    private final long shortestTimeoutNs;
    private final Long2ObjectHashMap<Connection> connections = new Long2ObjectHashMap<>();
    private int spread;

    /** @param shortestTimeoutNs deadlines are never moved nearer than this from the time they are moved at */
    Deadlines(final long nowNs, final long shortestTimeoutNs) {
        wheel = new DeadlineTimerWheel(TimeUnit.NANOSECONDS, nowNs, TICK_NS, TICKS);
        this.shortestTimeoutNs = shortestTimeoutNs;
    }

    /** Arms the connection's timer for its deadline. */
    void arm(final Connection connection, final long nowNs) {
        if (wheel.timerCount() == 0) {
            // Nobody was there: no need to walk through the time since.
            wheel.currentTickTime(nowNs);
        }
        long timeoutNs = Math.min(connection.deadlineNs() - nowNs, shortestTimeoutNs);
        if (timeoutNs > 2 * TURN_NS) {
            spread = (spread + 1) % TICKS;
            timeoutNs -= spread * TICK_NS;
        }
        final long timerId = wheel.scheduleTimer(nowNs + timeoutNs);
        connections.put(timerId, connection);
        connection.timerId(timerId);
    }

    /** Arms it anew for a deadline that is nearer than the shortest timeout. */
    void rearm(final Connection connection, final long nowNs) {
        disarm(connection);
        arm(connection, nowNs);
    }

    /** The connection's deadline was moved: arms the timer anew if it is nearer than the shortest timeout. */
    void onMoved(final Connection connection, final long nowNs) {
        if (connection.deadlineNs() - nowNs < shortestTimeoutNs && connection.timerId() != NO_TIMER) {
            rearm(connection, nowNs);
        }
    }

    /** Idempotent. */
    void disarm(final Connection connection) {
        final long timerId = connection.timerId();
        if (timerId != NO_TIMER) {
            wheel.cancelTimer(timerId);
            connections.remove(timerId);
            connection.timerId(NO_TIMER);
        }
    }

    /** Fires up to {@code limit} timers that are due; returns how many. */
    int poll(final long nowNs, final int limit) {
        int fired = 0;
        // The wheel looks at one tick a call: catch up after a long wait, one bounded step for each tick passed.
        while (wheel.timerCount() > 0 && fired < limit && nowNs >= wheel.currentTickTime()) {
            fired += wheel.poll(nowNs, this, limit - fired);
        }
        return fired;
    }

    /** Timers armed: one for each open connection. */
    int timerCount() {
        return (int) Math.max(wheel.timerCount(), connections.size());
    }

    /** When the tick looked at next begins. */
    long tickTimeNs() {
        return wheel.currentTickTime() - TICK_NS;
    }

    @Override
    public boolean onTimerExpiry(final TimeUnit timeUnit, final long nowNs, final long timerId) {
        final Connection connection = connections.remove(timerId);
        connection.timerId(NO_TIMER);
        if (connection.deadlineNs() - nowNs > 0) {
            arm(connection, nowNs);
        } else {
            connection.onDeadline(nowNs);
        }
        return true;
    }
}
