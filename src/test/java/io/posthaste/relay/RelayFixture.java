package io.posthaste.relay;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.agrona.concurrent.NanoClock;

/** A client under test on the test's thread, with a clock that stands still until it is moved. */
final class RelayFixture implements ScriptedHop.Stepper, Closeable {
    final RelayCounters counters = new RelayCounters();
    final Clock clock = new Clock();
    final RelayClient client;

    RelayFixture(final String uri) throws IOException {
        this(uri, HopResolver::new);
    }

    /** @param newResolver given what to call when there is an answer */
    RelayFixture(final String uri, final Function<Runnable, HopResolver> newResolver) throws IOException {
        client = new RelayClient(
                RelaySettings.parse(uri, TimeUnit.MINUTES.toNanos(60)), "edge.example", clock, counters, newResolver);
    }

    /** A clock that starts below zero, as {@code System.nanoTime} may. */
    static final class Clock implements NanoClock {
        private long nowNs = -1_000_000_000_000_000L;

        @Override
        public long nanoTime() {
            return nowNs;
        }
    }

    @Override
    public void step() throws IOException {
        client.doWork(1);
    }

    void advance(final long amount, final TimeUnit unit) throws IOException {
        clock.nowNs += unit.toNanos(amount);
        step();
    }

    TestMessage sends(final TestMessage message) throws IOException {
        if (!client.offer(message)) {
            throw new AssertionError("not taken");
        }
        step();
        return message;
    }

    /** Steps until it is settled. */
    TransferOutcome settled(final TestMessage message) throws IOException {
        untilTrue("a settlement", message::isSettled);
        return message.outcome();
    }

    long count(final RelayCounters.Count count) {
        return counters.count(count);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
