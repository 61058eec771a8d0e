package io.posthaste.session;

/** Who is told of sessions that ended badly. Called on the reactor thread; must not block. */
public interface FlightListener {
    /** Wants to hear nothing. */
    FlightListener NONE = new FlightListener() {
        @Override
        public FlightReport tryTake(final long nowNs) {
            return null;
        }

        @Override
        public void offer(final FlightReport report) {
            throw new IllegalStateException("none was given out");
        }
    };

    /** A report to be filled; null when there are too many or none is free. Whoever takes one gives it back by {@link #offer}. */
    FlightReport tryTake(long nowNs);

    /** Takes a report, filled: it belongs to the listener again. */
    void offer(FlightReport report);
}
