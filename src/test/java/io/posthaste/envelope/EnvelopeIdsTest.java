package io.posthaste.envelope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EnvelopeIdsTest {
    private static final long NOW = 1_795_328_194_567L;

    @Test
    void shouldBeUniqueOverReactorsAndTransactions() {
        final long instance = EnvelopeIds.newInstance(NOW);
        final Set<String> ids = new HashSet<>();
        for (final int reactor : new int[] {0, 1, 2, 1023}) {
            final EnvelopeIds reactorIds = new EnvelopeIds(instance, reactor);
            for (int i = 0; i < 2000; i++) {
                ids.add(EnvelopeIds.text(reactorIds.instance(), reactorIds.next()));
            }
        }
        assertEquals(8000, ids.size());
    }

    @Test
    void shouldSortByStartThenByTransaction() {
        final List<String> ids = new ArrayList<>();
        for (long ms = NOW; ms < NOW + 50; ms++) {
            final EnvelopeIds start = new EnvelopeIds(EnvelopeIds.newInstance(ms), 0);
            for (int i = 0; i < 40; i++) {
                ids.add(EnvelopeIds.text(start.instance(), start.next()));
            }
        }
        assertEquals(ids.stream().sorted().toList(), ids);
    }

    @Test
    void shouldTellStartsApartWhenTheClockStepsBack() {
        final Set<Long> starts = new HashSet<>();
        for (int i = 0; i < 64; i++) {
            starts.add(EnvelopeIds.newInstance(NOW));
        }
        // One in 2^18 of a pair alone; that all 64 agree will not be seen.
        assertTrue(starts.size() > 1);
        assertTrue(EnvelopeIds.newInstance(NOW - 1) < EnvelopeIds.newInstance(NOW));
    }

    @Test
    void shouldBeLowerCaseLettersAndDigitsOfFixedLength() {
        final EnvelopeIds ids = new EnvelopeIds(EnvelopeIds.newInstance((1L << 42) - 1), 1023);
        final ByteBuffer text = ByteBuffer.allocate(Envelope.ID_LENGTH);
        EnvelopeIds.put(ids.instance(), ids.next(), text);

        assertEquals(0, text.remaining());
        final String id = new String(text.array(), StandardCharsets.US_ASCII);
        assertTrue(id.matches("[0-9a-hjkmnp-tv-z]{22}"), id);
        assertEquals("0000000000000000000001", EnvelopeIds.text(0, 1));
    }

    @Test
    void shouldGoOnUnderAnotherInstanceWhenTheCountIsUsedUp() {
        final long instance = EnvelopeIds.newInstance(NOW);
        final EnvelopeIds ids = new EnvelopeIds(instance, 5, (1L << 40) - 2);
        assertEquals((5L << 40) + (1L << 40) - 1, ids.next());
        assertEquals(instance, ids.instance());
        assertEquals((5L << 40) + 1, ids.next());
        assertTrue(ids.instance() != instance);
    }

    @Test
    void shouldRefuseReactorsOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> new EnvelopeIds(0, -1));
        assertThrows(IllegalArgumentException.class, () -> new EnvelopeIds(0, 1024));
    }
}
