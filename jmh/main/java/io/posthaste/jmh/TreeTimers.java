package io.posthaste.jmh;

import java.util.TreeSet;

/**
 * Baseline: timers in the order of their deadlines, for one thread. A heap would be as good at arming, but
 * {@code PriorityQueue} looks for what it is to remove from end to end.
 */
final class TreeTimers implements Timers {
    private final TreeSet<ConnectionTimer> timers = new TreeSet<>();

    @Override
    public void arm(final ConnectionTimer timer, final long deadlineNs) {
        timer.deadlineNs = deadlineNs;
        timers.add(timer);
    }

    @Override
    public void disarm(final ConnectionTimer timer) {
        timers.remove(timer);
    }

    @Override
    public void move(final ConnectionTimer timer, final long deadlineNs) {
        disarm(timer);
        arm(timer, deadlineNs);
    }

    @Override
    public int poll(final long nowNs) {
        int fired = 0;
        while (!timers.isEmpty() && timers.first().deadlineNs <= nowNs) {
            timers.pollFirst();
            fired++;
        }
        return fired;
    }

    @Override
    public void close() {
        timers.clear();
    }
}
