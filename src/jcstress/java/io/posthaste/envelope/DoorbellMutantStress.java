package io.posthaste.envelope;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Two doorbells that are wrong on purpose, each without one of the two fences of {@link Doorbell}: both lose wake-ups, and
 * the report lists that as interesting. A run that finds none shows that {@link DoorbellStress.ReleaseStore}, which is the
 * same dialogue, could not find one on that machine either.
 */
public class DoorbellMutantStress {
    /** {@link Doorbell}, with either fence to be left out. */
    private static final class Mutant {
        private static final VarHandle ASLEEP;

        static {
            try {
                ASLEEP = MethodHandles.lookup().findVarHandle(Mutant.class, "asleep", boolean.class);
            } catch (final ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        @SuppressWarnings("unused") // through ASLEEP
        private volatile boolean asleep;

        void prepareToSleep() {
            ASLEEP.setVolatile(this, true);
        }

        void prepareToSleepWithoutFence() {
            ASLEEP.setRelease(this, true);
        }

        boolean ring() {
            VarHandle.fullFence();
            return ringWithoutFence();
        }

        boolean ringWithoutFence() {
            return (boolean) ASLEEP.getOpaque(this) && ASLEEP.compareAndSet(this, true, false);
        }
    }

    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE_INTERESTING, desc = "a lost wake-up")
    @Outcome(
            id = {"true, true", "false, true", "false, false"},
            expect = ACCEPTABLE,
            desc = "seen, or rung")
    @State
    public static class RingWithoutFence {
        private final AtomicBoolean putIn = new AtomicBoolean();
        private final Mutant bell = new Mutant();

        @Actor
        public void consumer(final ZZ_Result result) {
            bell.prepareToSleep();
            result.r1 = !putIn.getAcquire();
        }

        @Actor
        public void producer(final ZZ_Result result) {
            putIn.setRelease(true);
            result.r2 = bell.ringWithoutFence();
        }
    }

    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE_INTERESTING, desc = "a lost wake-up")
    @Outcome(
            id = {"true, true", "false, true", "false, false"},
            expect = ACCEPTABLE,
            desc = "seen, or rung")
    @State
    public static class SleepWithoutFence {
        private final AtomicBoolean putIn = new AtomicBoolean();
        private final Mutant bell = new Mutant();

        @Actor
        public void consumer(final ZZ_Result result) {
            bell.prepareToSleepWithoutFence();
            result.r1 = !putIn.getAcquire();
        }

        @Actor
        public void producer(final ZZ_Result result) {
            putIn.setRelease(true);
            result.r2 = bell.ring();
        }
    }
}
