package io.posthaste.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The timers of 10,000 connections, with time limits of three minutes: the wheel as the reactor uses it, a tree, and the
 * JDK's scheduler. See {@link WheelTimers} for what of the reactor's own class is in it.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DeadlineBenchmark {
    private static final int CONNECTIONS = 10_000;
    private static final int SEED = 5321;
    private static final long TIMEOUT_NS = TimeUnit.MINUTES.toNanos(3);
    private static final long BURST_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long STEP_NS = TimeUnit.MICROSECONDS.toNanos(1);

    /** When the connections came. */
    public enum Arrival {
        /** Evenly over three minutes. */
        EVENLY,
        /** All in one second, as after a restart: their deadlines lie in a few ticks of the wheel. */
        AT_ONCE
    }

    /** One operation: a client sends something, its deadline is moved, and timers that are due are fired. */
    @Benchmark
    public int progress(final Wheel wheel) {
        return wheel.progress();
    }

    /** One operation: as {@link #progress}, in a tree. */
    @Benchmark
    public int baselineProgressTreeSet(final Tree tree) {
        return tree.progress();
    }

    /** One operation: as {@link #progress}, cancelled and scheduled anew. */
    @Benchmark
    public int baselineProgressScheduledExecutor(final Executor executor) {
        return executor.progress();
    }

    /** One operation: a client comes, its timer is armed, and goes. */
    @Benchmark
    public Object armAndDisarm(final Wheel wheel) {
        return wheel.armAndDisarm();
    }

    /** One operation: as {@link #armAndDisarm}, in a tree. */
    @Benchmark
    public Object baselineArmAndDisarmTreeSet(final Tree tree) {
        return tree.armAndDisarm();
    }

    /** One operation: as {@link #armAndDisarm}, scheduled and cancelled. */
    @Benchmark
    public Object baselineArmAndDisarmScheduledExecutor(final Executor executor) {
        return executor.armAndDisarm();
    }

    /** Connections, each with its timer. */
    abstract static class Connections {
        private final Timers timers;
        private final ConnectionTimer[] connections = new ConnectionTimer[CONNECTIONS];
        private final ConnectionTimer visitor = new ConnectionTimer(CONNECTIONS);
        private int current;
        private long nowNs;

        Connections(final Timers timers) {
            this.timers = timers;
        }

        final void arm(final Arrival arrival) {
            final SplittableRandom random = new SplittableRandom(SEED);
            for (int i = 0; i < CONNECTIONS; i++) {
                connections[i] = new ConnectionTimer(i);
                timers.arm(
                        connections[i],
                        arrival == Arrival.EVENLY
                                ? random.nextLong(TIMEOUT_NS)
                                : TIMEOUT_NS + random.nextLong(BURST_NS));
            }
            for (int i = CONNECTIONS - 1; i > 0; i--) { // they speak in no order
                final int other = random.nextInt(i + 1);
                final ConnectionTimer swapped = connections[i];
                connections[i] = connections[other];
                connections[other] = swapped;
            }
        }

        final int progress() {
            nowNs += STEP_NS;
            current = current + 1 == CONNECTIONS ? 0 : current + 1;
            timers.move(connections[current], nowNs + TIMEOUT_NS);
            return timers.poll(nowNs);
        }

        final ConnectionTimer armAndDisarm() {
            timers.arm(visitor, nowNs + TIMEOUT_NS);
            timers.disarm(visitor);
            return visitor;
        }

        final void close() {
            timers.close();
        }
    }

    /** The wheel. */
    @State(Scope.Thread)
    public static class Wheel extends Connections {
        @Param
        public Arrival arrival;

        public Wheel() {
            super(new WheelTimers());
        }

        @Setup
        public void arm() {
            arm(arrival);
        }

        @TearDown
        public void disarm() {
            close();
        }
    }

    /** The tree. */
    @State(Scope.Thread)
    public static class Tree extends Connections {
        @Param
        public Arrival arrival;

        public Tree() {
            super(new TreeTimers());
        }

        @Setup
        public void arm() {
            arm(arrival);
        }

        @TearDown
        public void disarm() {
            close();
        }
    }

    /** The scheduler. */
    @State(Scope.Thread)
    public static class Executor extends Connections {
        @Param
        public Arrival arrival;

        public Executor() {
            super(new ExecutorTimers());
        }

        @Setup
        public void arm() {
            arm(arrival);
        }

        @TearDown
        public void disarm() {
            close();
        }
    }
}
