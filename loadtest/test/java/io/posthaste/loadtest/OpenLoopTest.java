package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On a clock that stands still unless told. */
class OpenLoopTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Readings of the clock may be negative. */
    private static final long START = -5 * MS;

    private static final Plans PLANS =
            Plans.to(25).messages(LoadPlan.UNLIMITED).rate(1000).durationNs(100 * MS);

    private Course course;

    private OpenLoop loop(Plans plans, int thread) {
        final LoadPlan plan = plans.plan();
        if (course == null) {
            course = new Course(plan);
        }
        return new OpenLoop(plan, plan.pace().get(), course, thread);
    }

    private OpenLoop started(Plans plans) {
        final OpenLoop loop = loop(plans, 0);
        course.start(START);
        return loop;
    }

    @Test
    void shouldHoldMessagesBackUntilEveryConnectionIsSettled() {
        final OpenLoop loop = loop(PLANS.connections(2), 0);
        course.onSettled(START - 7);
        assertEquals(Workload.NOT_DUE, loop.claim(START + MS));
        assertEquals(Workload.NEVER, loop.nextPlannedNs());
        loop.onPass(START + MS);
        assertEquals(0, loop.backlog());
        course.onSettled(START);
        assertEquals(START, loop.nextPlannedNs());
        assertEquals(0, loop.claim(START));
    }

    @Test
    void shouldClaimWhatIsDueAndTellWhenItWasPlanned() {
        final OpenLoop loop = started(PLANS);
        assertEquals(0, loop.claim(START + 2 * MS));
        assertEquals(START, loop.plannedNs());
        assertEquals(1, loop.claim(START + 2 * MS));
        assertEquals(START + MS, loop.plannedNs());
        assertEquals(2, loop.claim(START + 2 * MS));
        assertEquals(Workload.NOT_DUE, loop.claim(START + 3 * MS - 1));
        assertEquals(START + 3 * MS, loop.nextPlannedNs());
        assertEquals(3, loop.claim(START + 3 * MS));
    }

    @Test
    void shouldCountTheBacklog() {
        final OpenLoop loop = started(PLANS);
        loop.onPass(START + 10 * MS);
        assertEquals(11, loop.backlog());
        for (int i = 0; i < 9; i++) {
            assertEquals(i, loop.claim(START + 10 * MS));
        }
        loop.onPass(START + 10 * MS);
        assertEquals(2, loop.backlog());
        assertEquals(11, loop.largestBacklog());
    }

    @Test
    void shouldTellWhatWasNotBegunAtTheEnd() {
        final OpenLoop loop = started(PLANS);
        for (int i = 0; i < 40; i++) {
            loop.claim(START + 60 * MS);
        }
        loop.onPass(START + 99 * MS);
        assertTrue(loop.hasMore(START + 99 * MS));
        loop.onPass(START + 130 * MS);
        assertFalse(loop.hasMore(START + 130 * MS));
        assertEquals(Workload.OVER, loop.claim(START + 130 * MS));
        assertEquals(60, loop.notBegun());
        assertEquals(60 * MS, loop.oldestWaitNs());
        assertEquals(Workload.End.DURATION, loop.end());
        final List<Long> waits = new ArrayList<>();
        loop.forEachNotBegun(waits::add);
        assertEquals(60, waits.size());
        assertEquals(60 * MS, waits.get(0));
        assertEquals(MS, waits.get(59));
    }

    @Test
    void shouldBeginWhatWasPlannedBeforeTheEndOnAFreeConnection() {
        final OpenLoop loop = started(PLANS);
        for (int i = 0; i < 100; i++) {
            assertEquals(i, loop.claim(START + 101 * MS));
        }
        assertEquals(Workload.OVER, loop.claim(START + 101 * MS));
        loop.onPass(START + 101 * MS);
        assertEquals(0, loop.notBegun());
        assertEquals(0, loop.oldestWaitNs());
        assertEquals(Workload.End.DURATION, loop.end());
    }

    @Test
    void shouldEndWithTheLastMessage() {
        final OpenLoop loop = started(PLANS.messages(3).durationNs(LoadPlan.UNLIMITED));
        for (int i = 0; i < 3; i++) {
            assertEquals(i, loop.claim(START + 50 * MS));
        }
        assertEquals(Workload.OVER, loop.claim(START + 50 * MS));
        assertEquals(Workload.End.MESSAGES, loop.end());
        assertEquals(48 * MS, loop.lastLatenessNs());
    }

    @Test
    void shouldEndWhenStoppedAndTellWhatWasDueByThen() {
        final OpenLoop loop = started(PLANS);
        loop.claim(START);
        course.stop();
        loop.onPass(START + 4 * MS);
        assertFalse(loop.hasMore(START + 4 * MS));
        assertEquals(4, loop.notBegun());
        assertEquals(Workload.End.STOPPED, loop.end());
    }

    @Test
    void shouldTellWhatWasDueWhenTheConnectionsGaveUp() {
        final OpenLoop loop = started(PLANS.messages(50));
        loop.onFinished(START + 9 * MS);
        assertEquals(10, loop.notBegun());
        assertEquals(9 * MS, loop.oldestWaitNs());
        assertEquals(Workload.End.GIVEN_UP, loop.end());
    }

    @ParameterizedTest
    @EnumSource(Arrivals.Spacing.class)
    void shouldShareMessagesAmongThreads(Arrivals.Spacing spacing) {
        final Plans plans = PLANS.threads(3)
                .messages(1000)
                .durationNs(LoadPlan.UNLIMITED)
                .pace(RateProfile.constant(1000), spacing);
        final List<OpenLoop> loops = List.of(loop(plans, 0), loop(plans, 1), loop(plans, 2));
        course.start(START);
        final Set<Long> sequences = new HashSet<>();
        final Set<Long> planned = new TreeSet<>();
        for (final OpenLoop loop : loops) {
            long sequence = loop.claim(START + 10_000 * MS);
            for (; sequence >= 0; sequence = loop.claim(START + 10_000 * MS)) {
                sequences.add(sequence);
                planned.add(loop.plannedNs());
            }
            assertEquals(Workload.OVER, sequence);
        }
        assertEquals(1000, sequences.size());
        assertEquals(1000, planned.size());
        if (spacing == Arrivals.Spacing.UNIFORM) {
            long expected = START;
            for (final long at : planned) {
                assertEquals(expected, at);
                expected += MS;
            }
        }
    }

    @Test
    void shouldSpacePoissonArrivalsExponentially() {
        final Pace pace = PLANS.pace(RateProfile.constant(1000), Arrivals.Spacing.POISSON)
                .plan()
                .pace()
                .get();
        final Arrivals arrivals = new Arrivals(pace, 1, 0);
        final Arrivals again = new Arrivals(pace, 1, 0);
        final int count = 200_000;
        double sum = 0;
        double squares = 0;
        long previousNs = 0;
        for (int i = 0; i < count; i++) {
            final double gapMs = (double) (arrivals.plannedNs() - previousNs) / MS;
            previousNs = arrivals.plannedNs();
            assertEquals(previousNs, again.plannedNs());
            sum += gapMs;
            squares += gapMs * gapMs;
            arrivals.advance();
            again.advance();
        }
        final double mean = sum / count;
        // An exponential distribution has the mean for its deviation. The seed is fixed, so is the result.
        assertEquals(1, mean, 0.01);
        assertEquals(1, Math.sqrt(squares / count - mean * mean), 0.02);
    }
}
