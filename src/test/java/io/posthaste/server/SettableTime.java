package io.posthaste.server;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is put forward. One thread. */
final class SettableTime implements InstantSource {
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");

    void passes(final Duration time) {
        now = now.plus(time);
    }

    @Override
    public Instant instant() {
        return now;
    }
}
