package io.posthaste.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What was scanned: a second figure beside the operations. In benchmarks a millisecond, it is GB/s. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Scanned {
    /** 10^6 octets. Public, because JMH resets only public fields after the warm-up. */
    public double megabytes;

    void add(final int octets) {
        megabytes += octets / 1e6;
    }
}
