package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceSetTest {
    private final SequenceSet set = new SequenceSet();

    @Test
    void shouldHoldWhatWasAdded() {
        final long[] sequences = {0, 1, 63, 64, 8_388_607, 8_388_608, 1_000_000_007, SequenceSet.MAX_SEQUENCE};
        for (final long sequence : sequences) {
            assertFalse(set.contains(sequence));
            assertTrue(set.add(sequence));
            assertFalse(set.add(sequence));
            assertTrue(set.contains(sequence));
        }
        assertFalse(set.contains(2));
        assertFalse(set.contains(500_000_000));
        assertEquals(sequences.length, set.count());
    }

    @Test
    void shouldLoseNothingThatThreadsAddAtATime() throws InterruptedException {
        final int count = 100_000;
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            final int first = i;
            threads.add(new Thread(() -> {
                for (long sequence = first; sequence < count; sequence += 4) {
                    set.add(sequence);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (final Thread thread : threads) {
            thread.join();
        }
        assertEquals(count, set.count());
    }

    @Test
    void shouldKnowItsEnd() {
        final SequenceSet set = new SequenceSet();
        assertEquals(0, set.end());
        for (final long sequence : new long[] {0, 63, 64, 1_000_000, 8_388_607, 8_388_608, 100_000_000}) {
            set.add(sequence);
            assertEquals(sequence + 1, set.end());
        }
        set.add(5);
        assertEquals(100_000_001, set.end());
    }
}
