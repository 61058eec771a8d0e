package io.posthaste.policy;

import static io.posthaste.policy.LoadLevel.NORMAL;
import static io.posthaste.policy.LoadLevel.NO_CONNECTIONS;
import static io.posthaste.policy.LoadLevel.NO_MESSAGES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When load is shed, and when no more. */
final class LoadGaugeTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int ALL = 100;
    private static final LoadLimits LIMITS = LoadLimits.DEFAULTS;

    private long nowNs = Long.MAX_VALUE - 3000 * MS; // wraps on the way
    private final LoadGauge gauge = new LoadGauge(LIMITS, nowNs);

    private LoadLevel windows(final int count, final long cycleMs, final int usedPercent) {
        for (int i = 0; i < count; i++) {
            do {
                nowNs += Math.max(50 * MS, cycleMs * MS);
            } while (!gauge.onCycle(nowNs, cycleMs * MS, usedPercent));
        }
        return gauge.level();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, NORMAL",
        "249, 84, NORMAL",
        "250, 0, NO_CONNECTIONS",
        "999, 0, NO_CONNECTIONS",
        "1000, 0, NO_MESSAGES",
        "0, 85, NO_CONNECTIONS",
        "0, 94, NO_CONNECTIONS",
        "0, 95, NO_MESSAGES",
        "0, 100, NO_MESSAGES",
        "250, 95, NO_MESSAGES",
    })
    void shouldJudgeByTheWorseOfLagAndMemory(final long cycleMs, final int usedPercent, final LoadLevel expected) {
        assertEquals(expected, windows(1, cycleMs, usedPercent));
        assertEquals(cycleMs * MS, gauge.lagNs());
    }

    /** By the heap as by the other two, and it has to be as calm; what one asks for, another does not take back. */
    @Test
    void shouldJudgeByTheHeapToo() {
        final AtomicInteger heap = new AtomicInteger();
        final LoadGauge watching = new LoadGauge(LIMITS, heap::get, nowNs);
        final int[][] steps = {{84, 0}, {85, 1}, {94, 1}, {95, 2}, {92, 2}, {91, 1}, {82, 1}, {81, 0}};
        for (final int[] step : steps) {
            heap.set(step[0]);
            for (int cycle = 0; cycle < LoadGauge.CALM_WINDOWS * 10; cycle++) {
                nowNs += 50 * MS;
                watching.onCycle(nowNs, 0, 0);
            }
            assertEquals(step[1], watching.level().ordinal(), "heap " + step[0]);
        }
    }

    @Test
    void shouldNotJudgeByOneLongCycle() {
        windows(1, 10, 0);
        for (int i = 0; i < 20; i++) {
            nowNs += 5000 * MS;
            gauge.onCycle(nowNs, 5000 * MS, 0);
            nowNs += MS;
            gauge.onCycle(nowNs, MS, 0);
            assertEquals(NORMAL, gauge.level());
        }
    }

    /** However long they are: fewer than four cycles are no proof. */
    @Test
    void shouldWaitForFourCycles() {
        for (int i = 1; i < LoadGauge.LEAST_CYCLES; i++) {
            nowNs += 5000 * MS;
            assertFalse(gauge.onCycle(nowNs, 5000 * MS, 0));
            assertEquals(NORMAL, gauge.level());
        }
        nowNs += 5000 * MS;
        gauge.onCycle(nowNs, 5000 * MS, 0);
        assertEquals(NO_MESSAGES, gauge.level());
    }

    @Test
    void shouldNotJudgeByAMomentWithoutMemory() {
        for (int i = 0; i < 20; i++) {
            nowNs += 100 * MS;
            gauge.onCycle(nowNs, 0, ALL);
            nowNs += 100 * MS;
            gauge.onCycle(nowNs, 0, ALL / 2);
            assertEquals(NORMAL, gauge.level());
        }
    }

    @Test
    void shouldComeDownStepByStepWhenItHasBeenCalmForLong() {
        assertEquals(NO_MESSAGES, windows(1, 1500, 0));
        assertEquals(NO_MESSAGES, windows(LoadGauge.CALM_WINDOWS - 1, 0, 0));
        assertEquals(NO_CONNECTIONS, windows(1, 0, 0));
        assertEquals(NO_CONNECTIONS, windows(LoadGauge.CALM_WINDOWS - 1, 0, 0));
        assertEquals(NORMAL, windows(1, 0, 0));
    }

    @Test
    void shouldBeginToWaitAnewWhenItIsNotCalm() {
        windows(1, 300, 0);
        for (int i = 0; i < 5; i++) {
            assertEquals(NO_CONNECTIONS, windows(LoadGauge.CALM_WINDOWS - 1, 0, 0));
            assertEquals(NO_CONNECTIONS, windows(1, 125, 0), "half the lag is not calm");
        }
        assertEquals(NORMAL, windows(LoadGauge.CALM_WINDOWS, 124, 0));
    }

    /** Just below the limit, up and down across it: one change, not one a window. */
    @Test
    void shouldNotFlapAroundALimit() {
        int changes = 0;
        LoadLevel before = NORMAL;
        for (int i = 0; i < 100; i++) {
            final LoadLevel now = windows(1, i % 2 == 0 ? 260 : 240, 0);
            changes += now == before ? 0 : 1;
            before = now;
        }
        assertEquals(1, changes);
        for (int i = 0; i < 100; i++) {
            assertEquals(NO_CONNECTIONS, windows(1, 0, i % 2 == 0 ? 86 : 76));
        }
        assertEquals(NORMAL, windows(LoadGauge.CALM_WINDOWS, 0, 74));
    }

    @Test
    void shouldNotGoOnRefusingForWhatNeverRefuses() {
        final LoadGauge lagOnly = new LoadGauge(
                LIMITS.withMemory(LoadLimits.NEVER, LoadLimits.NEVER).withHeap(LoadLimits.NEVER, LoadLimits.NEVER),
                () -> ALL,
                nowNs);
        while (lagOnly.level() == NORMAL) {
            nowNs += 1500 * MS;
            lagOnly.onCycle(nowNs, 1500 * MS, ALL);
        }
        for (int i = 0; i < 1000 && lagOnly.level() != NORMAL; i++) {
            nowNs += 100 * MS;
            lagOnly.onCycle(nowNs, 0, ALL);
        }
        assertEquals(NORMAL, lagOnly.level());
    }

    @Test
    void shouldRiseAgainFromAnyStep() {
        windows(1, 1500, 0);
        assertEquals(NO_CONNECTIONS, windows(LoadGauge.CALM_WINDOWS, 0, 0));
        assertEquals(NO_MESSAGES, windows(1, 0, 96));
    }

    @Test
    void shouldRefuseNothingWithoutLimits() {
        final LoadGauge off = new LoadGauge(LoadLimits.NONE, nowNs);
        for (int i = 0; i < 100; i++) {
            nowNs += 5000 * MS;
            assertFalse(off.onCycle(nowNs, 5000 * MS, ALL));
        }
        assertEquals(NORMAL, off.level());
    }

    @Test
    void shouldRefuseLimitsThatMakeNoSense() {
        assertThrows(IllegalArgumentException.class, () -> LIMITS.withLag(2, 1));
        assertThrows(IllegalArgumentException.class, () -> LIMITS.withLag(0, 1));
        assertThrows(IllegalArgumentException.class, () -> LIMITS.withMemory(90, 80));
        assertThrows(IllegalArgumentException.class, () -> LIMITS.withMemory(0, 80));
        assertThrows(IllegalArgumentException.class, () -> LIMITS.withMemory(50, 102));
        assertThrows(IllegalArgumentException.class, () -> LIMITS.withHeap(90, 80));
        assertThrows(IllegalArgumentException.class, () -> LIMITS.withHeap(0, 80));
    }
}
