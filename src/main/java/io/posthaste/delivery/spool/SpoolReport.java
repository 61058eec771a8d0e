package io.posthaste.delivery.spool;

import io.posthaste.delivery.Figure;
import io.posthaste.delivery.spool.SpoolCounters.Count;
import java.util.List;
import java.util.Locale;

/** What a spool tells of itself: to HELP, and as metrics. Any thread; allocates. */
final class SpoolReport {
    private static final String TOPIC = "SPOOL";

    private final SpoolBudget budget;
    private final SpoolCounters counters;

    SpoolReport(final SpoolBudget budget, final SpoolCounters counters) {
        this.budget = budget;
        this.counters = counters;
    }

    /** The lines of a topic; none when it is not {@value #TOPIC}. */
    List<String> help(final String topic) {
        if (!topic.toUpperCase(Locale.ROOT).equals(TOPIC)) {
            return List.of();
        }
        return List.of(
                "spool segments " + budget.liveCount() + ", octets " + budget.octets() + ", of these large contents "
                        + budget.largeOctets(),
                "committed messages " + counters.count(Count.MESSAGES) + ", octets " + counters.count(Count.OCTETS)
                        + ", batches " + counters.count(Count.BATCHES) + ", segments begun "
                        + counters.count(Count.SEGMENTS),
                "of these large " + counters.count(Count.LARGE_MESSAGES) + ", octets "
                        + counters.count(Count.LARGE_OCTETS) + ", given up in the middle "
                        + counters.count(Count.LARGE_ABANDONED) + ", refused in the middle "
                        + counters.count(Count.LARGE_REFUSED),
                "failed batches " + counters.count(Count.FAILED_BATCHES) + ", failed messages "
                        + counters.count(Count.FAILED_MESSAGES) + ", refused because full "
                        + counters.count(Count.REFUSED_FULL));
    }

    List<Figure> figures() {
        return List.of(
                gauge("spool_size_bytes", "Octets that the spool takes.", budget.octets()),
                gauge("spool_limit_bytes", "Octets that it may take.", budget.limitOctets()),
                gauge("spool_segments", "Segments that hold mail.", budget.liveCount()),
                gauge("spool_large_size_bytes", "Octets of large contents, unfinished ones too.", budget.largeOctets()),
                counted("spool_messages", "Messages committed.", Count.MESSAGES),
                counted("spool_committed_bytes", "Octets of their records.", Count.OCTETS),
                counted("spool_batches", "Batches committed, each by one sync.", Count.BATCHES),
                counted("spool_segments_begun", "Segments begun.", Count.SEGMENTS),
                counted("spool_large_messages", "Large messages committed.", Count.LARGE_MESSAGES),
                counted("spool_large_bytes", "Octets of their contents.", Count.LARGE_OCTETS),
                counted("spool_large_abandoned", "Large messages given up in the middle.", Count.LARGE_ABANDONED),
                counted("spool_large_refused", "Large messages refused in the middle.", Count.LARGE_REFUSED),
                counted("spool_failed_batches", "Batches that failed, and a segment with each.", Count.FAILED_BATCHES),
                counted("spool_failed_messages", "Messages refused because the disk failed.", Count.FAILED_MESSAGES),
                counted("spool_refused_messages", "Messages refused because the spool was full.", Count.REFUSED_FULL));
    }

    private static Figure gauge(final String name, final String help, final long value) {
        return new Figure(name, help, false, value);
    }

    private Figure counted(final String name, final String help, final Count count) {
        return new Figure(name, help, true, counters.count(count));
    }
}
