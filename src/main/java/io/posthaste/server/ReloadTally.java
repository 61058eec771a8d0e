package io.posthaste.server;

import io.posthaste.delivery.Figure;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what became of new versions of a file, or of several that belong together. Any thread. */
final class ReloadTally {
    private static final String LABEL = "what";

    private final String what;
    private final InstantSource clock;
    private final AtomicLong reloads = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile long lastSuccessSeconds;
    private volatile int faults;

    /**
     * They were read at the start, just now.
     *
     * @param what in snake case, for a label
     */
    ReloadTally(final String what, final InstantSource clock) {
        this.what = what;
        this.clock = clock;
        lastSuccessSeconds = clock.instant().getEpochSecond();
    }

    /** Something was read and is in force. */
    void taken() {
        reloads.incrementAndGet();
    }

    /** Something was read and is not taken, being wrong. */
    void refused() {
        failures.incrementAndGet();
    }

    /** All there is was read, now or before, and is in force. */
    void inOrder() {
        faults = 0;
        lastSuccessSeconds = clock.instant().getEpochSecond();
    }

    /** So many are not in force as they are now. */
    void outOfOrder(final int count) {
        faults = count;
    }

    /** How many are not in force as they are now. */
    int faults() {
        return faults;
    }

    List<Figure> figures() {
        return List.of(
                new Figure("reloads", "Times files were read anew and taken.", true, reloads.get(), LABEL, what),
                new Figure(
                        "reload_failures",
                        "Times files were read anew and not taken, being wrong.",
                        true,
                        failures.get(),
                        LABEL,
                        what),
                new Figure(
                        "reload_faults",
                        "Files, or pairs of certificate and key, that are wrong now: their versions before are in force.",
                        false,
                        faults,
                        LABEL,
                        what),
                new Figure(
                        "reload_last_success_timestamp_seconds",
                        "When files were last read with nothing wrong, in seconds since 1970; the start counts.",
                        false,
                        lastSuccessSeconds,
                        LABEL,
                        what));
    }
}
