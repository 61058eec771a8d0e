package io.posthaste.delivery.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.envelope.AllocationCounter;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.Transactions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpoolAllocationTest {
    private static final int ROUNDS = 30;
    private static final int BATCH = 16;

    private final Transactions transactions = new Transactions();

    @Test
    void shouldAllocateNothingForAMessage(@TempDir final Path temporary) throws IOException {
        final Envelope small = transactions.envelope("a@b.example", "x".repeat(4_000), "c@d.example", "e@f.example");
        final Envelope large = transactions.envelope("a@b.example", "x".repeat(70_000), "c@d.example");
        final SpoolSettings settings = SpoolSettings.parse(temporary.resolve("spool") + "?segment=1g&size=3g", 0);
        final SpoolSettings oneLargeSegment =
                new SpoolSettings(settings.directory(), 3L << 28, 1L << 28, SpoolSettings.Retention.ALL, 0);
        try (SpoolDelivery delivery = SpoolDelivery.open(oneLargeSegment, "mx.example")) {
            deliver(delivery, small, large); // begins the segment
            assertEquals(0, AllocationCounter.octets(ROUNDS, () -> deliver(delivery, small, large)));
            assertEquals(1, delivery.counters().count(SpoolCounters.Count.SEGMENTS));
        }
    }

    private static void deliver(final SpoolDelivery delivery, final Envelope small, final Envelope large) {
        try {
            for (int i = 0; i < BATCH; i++) {
                delivery.append(small);
            }
            delivery.append(large);
            delivery.commit();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
