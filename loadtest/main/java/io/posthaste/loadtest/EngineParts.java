package io.posthaste.loadtest;

import java.nio.channels.Selector;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What the connections of one engine have in common. Engine thread only.
 *
 * @param clock nanoseconds, as {@link System#nanoTime}
 * @param tls empty if nothing is encrypted
 */
record EngineParts(
        LoadPlan plan,
        LongSupplier clock,
        Selector selector,
        Course course,
        Workload workload,
        IdleQueue idle,
        Tally tally,
        Outcomes outcomes,
        Optional<TlsClient> tls) {}
