package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.Counter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Runs a {@link Dialogue} turn by turn, whole, octet by octet, at every split and, when it is short, at every pair of
 * splits. Every run must give the same replies and the same envelopes, and leave nothing behind.
 */
final class DialogueRunner {
    private static final int SHORT = 160;
    /** Octets up to which every single split is tried; longer dialogues are split at so many places. */
    private static final int MOST_SPLITS = 2500;

    private final Dialogue dialogue;
    private final House house;
    private final byte[] octets;
    private String expectedOutput;

    private DialogueRunner(final Dialogue dialogue, final House house) {
        this.dialogue = dialogue;
        this.house = house;
        octets = dialogue.octets();
    }

    static void run(final Dialogue dialogue) {
        run(dialogue, new House(dialogue.setup));
    }

    /** In a house of one's own, which is closed then. */
    static void run(final Dialogue dialogue, final House newHouse) {
        try (House house = newHouse) {
            final DialogueRunner runner = new DialogueRunner(dialogue, house);
            runner.runByTurns();
            runner.runWhole();
            runner.runByOctets();
            runner.runSplit();
            if (runner.octets.length <= SHORT) {
                runner.runSplitTwice();
            }
            assertEquals(0, house.count(Counter.INTERNAL_ERRORS), "internal errors");
        }
    }

    private void runByTurns() {
        house.received.clear();
        final Client client = house.connect();
        delivers();
        client.replies(220);
        for (final Dialogue.Turn turn : dialogue.turns) {
            client.sendsOctets(turn.octets());
            delivers();
            client.replies(turn.codes());
        }
        expectedOutput = anonymous(client.output());
        end(client, "turn by turn");
    }

    private void runWhole() {
        run("whole");
        final int[] codes = Client.repliesIn(expectedOutput).stream()
                .mapToInt(Client::codeOf)
                .toArray();
        assertEquals(Arrays.toString(dialogue.codes()), Arrays.toString(codes));
    }

    private void runByOctets() {
        final int[] all = new int[octets.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = i;
        }
        run("octet by octet", all);
    }

    private void runSplit() {
        final int step = Math.max(1, octets.length / MOST_SPLITS);
        for (int i = 1; i < octets.length; i += step) {
            run("split", i);
        }
    }

    private void runSplitTwice() {
        for (int i = 1; i < octets.length; i++) {
            for (int j = i + 1; j < octets.length; j++) {
                run("split", i, j);
            }
        }
    }

    private void run(final String how, final int... splits) {
        house.received.clear();
        final Client client = house.connect();
        int from = 0;
        for (final int split : splits) {
            client.channel.feed(octets, from, split);
            from = split;
        }
        client.channel.feed(octets, from, octets.length);
        client.pump();
        delivers();
        if (!expectedOutput.equals(anonymous(client.output()))) {
            assertEquals(expectedOutput, anonymous(client.output()), description(how, splits));
        }
        end(client, how, splits);
    }

    /** With a queue: the delivery answers for everything. With a policy that thinks: it makes up its mind. */
    private void delivers() {
        do {
            if (house.queue != null) {
                house.deliversAll();
            }
        } while (house.policyAnswers());
    }

    private void end(final Client client, final String how, final int... splits) {
        client.closes();
        delivers();
        assertTrue(!client.channel.isOpen(), () -> "still open: " + description(how, splits));
        final List<Received> expected = dialogue.deliveries;
        if (house.received.size() != expected.size() || !expected.equals(anonymous(house.received))) {
            assertEquals(expected, anonymous(house.received), description(how, splits));
        }
        house.assertEverythingHome();
    }

    private static String description(final String how, final int... splits) {
        return splits.length > 2
                ? how
                : Arrays.stream(splits).mapToObj(Integer::toString).collect(Collectors.joining(", ", how + " at ", ""));
    }

    private static List<Received> anonymous(final List<Received> received) {
        final List<Received> result = new ArrayList<>(received.size());
        received.forEach(one -> result.add(one.anonymous()));
        return result;
    }

    /** Without message ids, which differ from run to run. */
    static String anonymous(final String output) {
        final StringBuilder result = new StringBuilder(output.length());
        int from = 0;
        for (int id = output.indexOf("id="); id >= 0; id = output.indexOf("id=", from)) {
            result.append(output, from, id + 3);
            from = output.indexOf("\r\n", id);
        }
        return result.append(output, from, output.length()).toString();
    }
}
