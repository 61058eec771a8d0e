package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.conformance.Capabilities;
import io.posthaste.conformance.CaseResult;
import io.posthaste.conformance.CaseResult.Verdict;
import io.posthaste.conformance.ConformanceCase;
import io.posthaste.conformance.ConformanceSuite;
import io.posthaste.conformance.DialoguePeer;
import io.posthaste.conformance.DialogueRunner;
import io.posthaste.conformance.DialogueSettings;
import io.posthaste.metrics.Counter;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** The conformance suite against the reactor in process: whole, octet by octet, and at every split. */
final class ConformanceAtEverySplitTest {
    private static final int LEAST_RUN = 380;
    /** Octets up to which a case is split at every place; a longer one is split at so many places. */
    private static final int MOST_SPLITS = 400;
    /** Longer cases are not run octet by octet. */
    private static final int MOST_OCTETS_ONE_BY_ONE = 20_000;

    private final List<ConformanceCase> cases = ConformanceSuite.load().cases();

    @Test
    void shouldFailNoCaseHoweverItIsCut() throws IOException {
        int run = 0;
        try (House house = new House(Setup.INLINE)) {
            final DialogueSettings settings = settings(house);
            for (final ConformanceCase each : cases) {
                if (DialogueRunner.skipped(each, settings) == null) {
                    runCut(each, house, settings);
                    run++;
                }
            }
            assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
        }
        final int total = run;
        assertTrue(total >= LEAST_RUN, () -> total + " cases were run");
    }

    private static void runCut(final ConformanceCase one, final House house, final DialogueSettings settings)
            throws IOException {
        final int octets = run(one, house, settings, "whole", position -> false);
        if (octets <= MOST_OCTETS_ONE_BY_ONE) {
            run(one, house, settings, "octet by octet", position -> true);
        }
        final int step = Math.max(1, octets / MOST_SPLITS);
        for (int at = 1; at < octets; at += step) {
            final int split = at;
            run(one, house, settings, "split at " + at, position -> position == split);
        }
    }

    /** Returns how many octets the client sent. */
    private static int run(
            final ConformanceCase one,
            final House house,
            final DialogueSettings settings,
            final String how,
            final IntPredicate cutsBefore)
            throws IOException {
        house.received.clear();
        try (InProcessPeer peer = new InProcessPeer(house, cutsBefore)) {
            final CaseResult result = DialogueRunner.run(one, peer, settings);
            if (result.verdict() != Verdict.PASSED) {
                assertEquals(Verdict.PASSED, result.verdict(), how + ": " + result + "\n" + result.transcript());
            }
            return peer.sent;
        }
    }

    private static DialogueSettings settings(final House house) {
        final Client client = house.connect().sends("EHLO client.test");
        final List<String> lines = Arrays.asList(client.lastReply().split("\r\n"));
        client.closes();
        return new DialogueSettings(
                "probe@example.com", "recipient@example.com", "probe.example.com", Capabilities.of(lines));
    }

    /** A client of the house whose segments end where the test says. */
    private static final class InProcessPeer implements DialoguePeer {
        private final House house;
        private final IntPredicate cutsBefore;
        private final Client client;
        private int sent;
        private int received;

        InProcessPeer(final House house, final IntPredicate cutsBefore) {
            this.house = house;
            this.cutsBefore = cutsBefore;
            client = house.connect();
        }

        @Override
        public void send(final byte[] octets) {
            if (!client.channel.isOpen()) {
                return;
            }
            int from = 0;
            for (int i = 1; i < octets.length; i++) {
                if (cutsBefore.test(sent + i)) {
                    client.channel.feed(octets, from, i);
                    from = i;
                }
            }
            client.channel.feed(octets, from, octets.length);
            sent += octets.length;
            client.pump();
        }

        @Override
        public int receive(final byte[] into) {
            final int count = Math.min(into.length, client.channel.outputLength() - received);
            if (count > 0) {
                System.arraycopy(client.channel.output(), received, into, 0, count);
                received += count;
                return count;
            }
            return client.channel.isOpen() ? NOTHING : CLOSED;
        }

        @Override
        public void halfClose() {
            client.closes();
        }

        @Override
        public Handshake startTls() {
            throw new IllegalStateException("STARTTLS is not offered");
        }

        @Override
        public int delivered() {
            return house.received.size();
        }

        @Override
        public void close() {
            client.vanishes();
        }
    }
}
