package io.posthaste.jmh;

import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Agrona's timer wheel used as the reactor does: with its resolution, a map from timer to connection, and a deadline moved
 * in its field only, which the timer finds when it fires. {@code reactor.Deadlines} itself is not open to this package, and
 * knows only connections with channels.
 */
final class WheelTimers implements Timers, DeadlineTimerWheel.TimerHandler {
    private static final long TICK_NS = 1L << 26;
    private static final int TICKS = 512;
    private static final int LIMIT = 1024;

    private final DeadlineTimerWheel wheel = new DeadlineTimerWheel(TimeUnit.NANOSECONDS, 0, TICK_NS, TICKS);
    private final Long2ObjectHashMap<ConnectionTimer> timers = new Long2ObjectHashMap<>();

    @Override
    public void arm(final ConnectionTimer timer, final long deadlineNs) {
        timer.deadlineNs = deadlineNs;
        timer.timerId = wheel.scheduleTimer(deadlineNs);
        timers.put(timer.timerId, timer);
    }

    @Override
    public void disarm(final ConnectionTimer timer) {
        wheel.cancelTimer(timer.timerId);
        timers.remove(timer.timerId);
    }

    @Override
    public void move(final ConnectionTimer timer, final long deadlineNs) {
        timer.deadlineNs = deadlineNs;
    }

    @Override
    public int poll(final long nowNs) {
        int fired = 0;
        while (wheel.timerCount() > 0 && fired < LIMIT && nowNs >= wheel.currentTickTime()) {
            fired += wheel.poll(nowNs, this, LIMIT - fired);
        }
        return fired;
    }

    @Override
    public boolean onTimerExpiry(final TimeUnit timeUnit, final long nowNs, final long timerId) {
        final ConnectionTimer timer = timers.remove(timerId);
        if (timer.deadlineNs - nowNs > 0) {
            arm(timer, timer.deadlineNs);
        }
        return true;
    }

    @Override
    public void close() {
        wheel.clear();
        timers.clear();
    }
}
