package io.posthaste.loadtest;

import java.nio.channels.Selector;
import java.util.function.LongSupplier;

/**
 * What the connections of one engine have in common. Engine thread only.
 *
 * @param clock nanoseconds, as {@link System#nanoTime}
 */
record EngineParts(
        LoadPlan plan,
        LongSupplier clock,
        Selector selector,
        Course course,
        Workload workload,
        IdleQueue idle,
        Tally tally,
        Outcomes outcomes) {}
