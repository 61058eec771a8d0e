package io.posthaste.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.envelope.AllocationCounter;
import io.posthaste.envelope.Transactions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class DateTextTest {
    private static final DateTimeFormatter REFERENCE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss xx", Locale.ENGLISH);

    private final DateText date = new DateText();

    @Test
    void shouldAgreeWithTheJdkOverCenturies() {
        final long end = Instant.parse("2500-01-01T00:00:00Z").getEpochSecond();
        for (long seconds = Instant.parse("1890-01-01T00:00:00Z").getEpochSecond(); seconds < end; seconds += 80_021) {
            assertAgrees(seconds);
        }
    }

    @Test
    void shouldAgreeWithTheJdkAroundLeapDaysAndTheEpoch() {
        for (final String day : new String[] {"1970-01-01", "2000-02-29", "2028-02-29", "2100-03-01", "2026-12-31"}) {
            final long noon = Instant.parse(day + "T12:00:00Z").getEpochSecond();
            for (int offset = -90_000; offset < 90_000; offset += 7) {
                assertAgrees(noon + offset);
            }
        }
        assertAgrees(0);
        assertAgrees(-1);
    }

    @Test
    void shouldAllocateNothing() {
        final long[] seconds = {0};
        assertEquals(0, AllocationCounter.octets(10_000, () -> date.at(seconds[0] += 40_000)));
    }

    private void assertAgrees(final long seconds) {
        assertEquals(
                REFERENCE.format(Instant.ofEpochSecond(seconds).atOffset(ZoneOffset.UTC)),
                Transactions.text(date.at(seconds)));
    }
}
