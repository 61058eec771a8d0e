package io.posthaste.loadtest;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A plan to vary: each method returns a changed copy. */
record Plans(LoadPlan plan) {
    static final String RUN_ID = "0123456789abcdef";

    static Plans to(int port) {
        return new Plans(new LoadPlan(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                SourceAddresses.ANY,
                1,
                1,
                TimeUnit.SECONDS.toNanos(30),
                Optional.empty(),
                Optional.empty(),
                new LoadPlan.Extent(1, LoadPlan.UNLIMITED, LoadPlan.UNLIMITED),
                new LoadPlan.Traffic(
                        "client.example.org",
                        "a@example.org",
                        "b@example.org",
                        1,
                        new LoadPlan.Content(RUN_ID, Optional.empty(), SizeMix.of(2048), false, 1),
                        new LoadPlan.Manner(false, false, 1))));
    }

    private Plans with(int connections, int threads, Optional<Pace> pace, LoadPlan.Extent extent) {
        return new Plans(new LoadPlan(
                plan.target(),
                plan.sources(),
                connections,
                threads,
                plan.timeoutNs(),
                plan.tls(),
                pace,
                extent,
                plan.traffic()));
    }

    private Plans with(LoadPlan.Extent extent) {
        return with(plan.connections(), plan.threads(), plan.pace(), extent);
    }

    private Plans with(int recipients, LoadPlan.Content content, LoadPlan.Manner manner) {
        final LoadPlan.Traffic from = plan.traffic();
        return new Plans(new LoadPlan(
                plan.target(),
                plan.sources(),
                plan.connections(),
                plan.threads(),
                plan.timeoutNs(),
                plan.tls(),
                plan.pace(),
                plan.extent(),
                new LoadPlan.Traffic(
                        from.hello(), from.reversePath(), from.forwardPath(), recipients, content, manner)));
    }

    Plans connections(int connections) {
        return with(connections, plan.threads(), plan.pace(), plan.extent());
    }

    Plans threads(int threads) {
        return with(plan.connections(), threads, plan.pace(), plan.extent());
    }

    Plans rate(double rate) {
        return pace(RateProfile.constant(rate), Arrivals.Spacing.UNIFORM);
    }

    Plans pace(RateProfile profile, Arrivals.Spacing spacing) {
        return with(plan.connections(), plan.threads(), Optional.of(new Pace(profile, spacing, 1)), plan.extent());
    }

    Plans port(int port) {
        return new Plans(new LoadPlan(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                plan.sources(),
                plan.connections(),
                plan.threads(),
                plan.timeoutNs(),
                plan.tls(),
                plan.pace(),
                plan.extent(),
                plan.traffic()));
    }

    Plans tls(TlsPlan tls) {
        return new Plans(new LoadPlan(
                plan.target(),
                plan.sources(),
                plan.connections(),
                plan.threads(),
                plan.timeoutNs(),
                Optional.of(tls),
                plan.pace(),
                plan.extent(),
                plan.traffic()));
    }

    Plans sources(SourceAddresses sources) {
        return new Plans(new LoadPlan(
                plan.target(),
                sources,
                plan.connections(),
                plan.threads(),
                plan.timeoutNs(),
                plan.tls(),
                plan.pace(),
                plan.extent(),
                plan.traffic()));
    }

    Plans messages(long messages) {
        final LoadPlan.Extent extent = plan.extent();
        return with(new LoadPlan.Extent(messages, extent.durationNs(), extent.messagesPerConnection()));
    }

    Plans durationNs(long durationNs) {
        final LoadPlan.Extent extent = plan.extent();
        return with(new LoadPlan.Extent(extent.messages(), durationNs, extent.messagesPerConnection()));
    }

    Plans messagesPerConnection(long messages) {
        final LoadPlan.Extent extent = plan.extent();
        return with(new LoadPlan.Extent(extent.messages(), extent.durationNs(), messages));
    }

    Plans recipients(int recipients) {
        return with(recipients, plan.traffic().content(), plan.traffic().manner());
    }

    private Plans content(LoadPlan.Content content) {
        return with(plan.traffic().recipients(), content, plan.traffic().manner());
    }

    Plans size(int octets) {
        return sizes(SizeMix.of(octets));
    }

    Plans sizes(SizeMix sizes) {
        final LoadPlan.Content from = plan.traffic().content();
        return content(new LoadPlan.Content(from.runId(), from.corpus(), sizes, from.isEightBit(), from.seed()));
    }

    Plans corpus(List<byte[]> messages) {
        final LoadPlan.Content from = plan.traffic().content();
        return content(new LoadPlan.Content(
                from.runId(),
                Optional.of(new Corpus(messages, from.isEightBit())),
                from.sizes(),
                from.isEightBit(),
                from.seed()));
    }

    Plans eightBit() {
        final LoadPlan.Content from = plan.traffic().content();
        return content(new LoadPlan.Content(from.runId(), from.corpus(), from.sizes(), true, from.seed()));
    }

    Plans pipelining() {
        final LoadPlan.Manner manner = plan.traffic().manner();
        return with(
                plan.traffic().recipients(),
                plan.traffic().content(),
                new LoadPlan.Manner(true, manner.chunking(), manner.depth()));
    }

    Plans chunking() {
        final LoadPlan.Manner manner = plan.traffic().manner();
        return with(
                plan.traffic().recipients(),
                plan.traffic().content(),
                new LoadPlan.Manner(manner.pipelining(), true, manner.depth()));
    }

    Plans depth(int depth) {
        final LoadPlan.Manner manner = plan.traffic().manner();
        return with(
                plan.traffic().recipients(),
                plan.traffic().content(),
                new LoadPlan.Manner(manner.pipelining(), manner.chunking(), depth));
    }
}
