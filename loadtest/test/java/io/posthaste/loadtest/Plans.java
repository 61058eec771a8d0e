package io.posthaste.loadtest;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** A plan to vary: each method returns a changed copy. */
record Plans(LoadPlan plan) {
    static Plans to(int port) {
        return new Plans(new LoadPlan(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                1,
                TimeUnit.SECONDS.toNanos(30),
                new LoadPlan.Extent(1, LoadPlan.UNLIMITED, LoadPlan.UNLIMITED),
                new LoadPlan.Traffic("client.example.org", "a@example.org", "b@example.org", 1, 2048, false)));
    }

    private Plans with(int connections, LoadPlan.Extent extent, LoadPlan.Traffic traffic) {
        return new Plans(new LoadPlan(plan.target(), connections, plan.timeoutNs(), extent, traffic));
    }

    Plans connections(int connections) {
        return with(connections, plan.extent(), plan.traffic());
    }

    Plans messages(long messages) {
        final LoadPlan.Extent extent = plan.extent();
        return with(
                plan.connections(),
                new LoadPlan.Extent(messages, extent.durationNs(), extent.messagesPerConnection()),
                plan.traffic());
    }

    Plans durationNs(long durationNs) {
        final LoadPlan.Extent extent = plan.extent();
        return with(
                plan.connections(),
                new LoadPlan.Extent(extent.messages(), durationNs, extent.messagesPerConnection()),
                plan.traffic());
    }

    Plans messagesPerConnection(long messages) {
        final LoadPlan.Extent extent = plan.extent();
        return with(
                plan.connections(),
                new LoadPlan.Extent(extent.messages(), extent.durationNs(), messages),
                plan.traffic());
    }

    Plans recipients(int recipients) {
        return traffic(recipients, plan.traffic().messageSize(), plan.traffic().pipelining());
    }

    Plans size(int octets) {
        return traffic(plan.traffic().recipients(), octets, plan.traffic().pipelining());
    }

    Plans pipelining() {
        return traffic(plan.traffic().recipients(), plan.traffic().messageSize(), true);
    }

    private Plans traffic(int recipients, int size, boolean pipelining) {
        final LoadPlan.Traffic from = plan.traffic();
        return with(
                plan.connections(),
                plan.extent(),
                new LoadPlan.Traffic(
                        from.hello(), from.reversePath(), from.forwardPath(), recipients, size, pipelining));
    }
}
