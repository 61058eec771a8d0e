package io.posthaste.server;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Warnings of what is wrong for longer: each is logged when it comes up or changes, then once a day for as long as it lasts,
 * and its end is logged too. One thread at a time.
 */
final class StandingWarnings {
    static final Duration REPEATED_AFTER = Duration.ofDays(1);

    private final Logger log;
    private final InstantSource clock;
    private final Map<String, Told> told = new HashMap<>();

    private record Told(String warning, Instant at) {}

    StandingWarnings(final Logger log, final InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    /**
     * Logs what is due.
     *
     * @param wrong all that is wrong now: a sentence by what it is about
     * @param isAsked whether somebody wants to know: then all of it is due
     * @return whether any of it is news
     */
    boolean tell(final Map<String, String> wrong, final boolean isAsked) {
        final Instant now = clock.instant();
        final List<String> mended = new ArrayList<>(told.keySet());
        mended.removeAll(wrong.keySet());
        mended.forEach(subject -> {
            told.remove(subject);
            log.info("{} is in order again", subject);
        });
        boolean isNews = false;
        for (final Map.Entry<String, String> each : wrong.entrySet()) {
            final Told before = told.get(each.getKey());
            final boolean isNew = before == null || !before.warning().equals(each.getValue());
            if (before == null || isNew || isAsked || isDue(before.at(), now)) {
                log.warn("{}", each.getValue());
                told.put(each.getKey(), new Told(each.getValue(), now));
            }
            isNews |= isNew;
        }
        return isNews;
    }

    /** A clock that was put back would keep them quiet for as long. */
    private static boolean isDue(final Instant toldAt, final Instant now) {
        return now.isBefore(toldAt) || !now.isBefore(toldAt.plus(REPEATED_AFTER));
    }
}
