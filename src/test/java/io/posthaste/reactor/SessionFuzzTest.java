package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.BareNewline;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.Network;
import io.posthaste.policy.ProxyRules;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Whole sessions made of any octets, on a real reactor: cut or whole, the server answers and delivers the same, its replies
 * are well-formed, no content with a bare CR or LF gets through, and everything comes home.
 *
 * <p>An input is the client's octets, then optionally {@link #CUTS} and the lengths of the pieces they come in, an octet
 * each, over and over. Without them every octet comes alone. The houses stand from input to input, as a server does.
 */
final class SessionFuzzTest {
    private static final byte CUTS = (byte) 0xFE;
    private static final byte[] OCTET_BY_OCTET = {1};
    private static final Setup LIMITED =
            Setup.INLINE.withLimits(DialogueTest.limits(1500, 4, 512)).withDomains("d.test");
    private static final Setup[] SETUPS = {
        LIMITED,
        LIMITED.withQueue(4),
        LIMITED.tolerant().withBareNewline(BareNewline.NORMALIZE),
        LIMITED.withBareNewline(BareNewline.ACCEPT)
                .withConduct(ConductLimits.NONE
                        .withErrors(3)
                        .withIdleCommands(4)
                        .withRefusedRecipients(2)
                        .withCommandsPerSecond(1))
    };
    /** What depends on how the octets come, and may. */
    private static final Set<Counter> OF_THE_WAY =
            EnumSet.of(Counter.SHORT_WRITES, Counter.HAND_OFF_WAITS, Counter.MEMORY_WAITS);

    private static final House[] HOUSES = new House[SETUPS.length];
    private static final House[] RELAYED_HOUSES = new House[SETUPS.length];

    private static final ProxyRules BALANCERS =
            new ProxyRules(List.of(Network.parse("192.0.2.0/24")), TimeUnit.SECONDS.toNanos(5));

    private static final Pattern BARE = Pattern.compile("\r(?!\n)|(?<!\r)\n");
    /** Octets of a reply line with its CRLF: RFC 5321, 4.5.3.1.5. */
    private static final int REPLY_LINE_LIMIT = 512;

    private static final Pattern REPLY_LINE = Pattern.compile("[2-5][0-5][0-9]([ -][\\x20-\\x7e]*)\r\n");

    @FuzzTest(maxDuration = "20m")
    void shouldNotDependOnHowTheStreamIsCut(final byte[] input) {
        holds(input, false);
    }

    /** The stream begins with the header of a balancer, or fails to. */
    @FuzzTest(maxDuration = "20m")
    void shouldNotDependOnHowARelayedStreamIsCut(final byte[] input) {
        holds(input, true);
    }

    private static void holds(final byte[] input, final boolean isRelayed) {
        final House[] houses = isRelayed ? RELAYED_HOUSES : HOUSES;
        final int mark = lastIndexOf(input, CUTS);
        final byte[] stream = mark < 0 ? input : Arrays.copyOf(input, mark);
        final byte[] cuts = mark < 0 ? OCTET_BY_OCTET : Arrays.copyOfRange(input, mark + 1, input.length);
        for (int i = 0; i < SETUPS.length; i++) {
            final House house = houses[i] == null ? house(SETUPS[i], isRelayed) : houses[i];
            // A house in disorder is not used again, so that a finding does not taint the next input.
            houses[i] = null;
            final Result whole = run(house, isRelayed, stream, stream.length);
            assertEquals(whole, run(house, isRelayed, stream, toLengths(cuts)), SETUPS[i].toString());
            if (whole.output().isEmpty()) {
                assertTrue(isRelayed && whole.received().isEmpty(), "nothing said");
            } else {
                judge(whole, SETUPS[i], mayHoldChunks(stream));
            }
            assertEquals(0, house.count(Counter.INTERNAL_ERRORS), "internal errors");
            house.outcomes.clear();
            house.steps();
            houses[i] = house;
        }
    }

    private static House house(final Setup setup, final boolean isRelayed) {
        final House house = new House(setup);
        if (isRelayed) {
            house.reactor.trustBalancers(BALANCERS);
        }
        return house;
    }

    /** What a run gave, who the clients were, and what it counted. */
    private record Result(String output, List<Received> received, List<String> peers, Map<Enum<?>, Long> counts) {}

    private static Result run(final House house, final boolean isRelayed, final byte[] stream, final int... lengths) {
        house.received.clear();
        house.peers.clear();
        final Map<Enum<?>, Long> before = counts(house);
        final Client client = isRelayed ? house.connectBalancer(false) : house.connect();
        int from = 0;
        for (int i = 0; from < stream.length; i++) {
            final int to = Math.min(stream.length, from + Math.max(1, lengths[i % lengths.length]));
            client.channel.feed(stream, from, to);
            // Every other piece waits for the next in the socket.
            if ((lengths[i % lengths.length] & 1) == 1) {
                client.pump();
            }
            from = to;
        }
        client.pump();
        delivers(house);
        client.closes();
        delivers(house);
        assertFalse(client.channel.isOpen(), "still open");
        house.assertEverythingHome();
        final Map<Enum<?>, Long> counts = counts(house);
        before.forEach((counter, count) -> counts.merge(counter, -count, Long::sum));
        return new Result(
                DialogueRunner.anonymous(client.output()),
                house.received.stream().map(Received::anonymous).toList(),
                List.copyOf(house.peers),
                counts);
    }

    private static Map<Enum<?>, Long> counts(final House house) {
        final Map<Enum<?>, Long> counts = new HashMap<>();
        for (final Counter counter : EnumSet.complementOf(EnumSet.copyOf(OF_THE_WAY))) {
            counts.put(counter, house.count(counter));
        }
        for (final CloseReason reason : CloseReason.values()) {
            counts.put(reason, house.closes(reason));
        }
        return counts;
    }

    private static void judge(final Result result, final Setup setup, final boolean mayHoldChunks) {
        for (final Received received : result.received()) {
            final String content = received.content();
            if (!received.isBinary() && setup.bareNewline() != BareNewline.ACCEPT) {
                assertFalse(BARE.matcher(content).find(), "bare CR or LF in the content");
            }
            if (!mayHoldChunks) {
                assertTrue(content.isEmpty() || content.endsWith("\r\n"), "content without its last CRLF");
            }
            assertEquals(content.length(), received.contentLength());
            assertFalse(received.to().isEmpty(), "content for nobody");
            assertTrue(received.to().size() <= LIMITED.limits().recipients(), "too many recipients");
            assertTrue(content.length() <= LIMITED.limits().messageOctets(), "too large");
        }
        final String output = result.output();
        assertTrue(output.startsWith("220 "), "greeting");
        final List<String> replies = Client.repliesIn(output);
        assertEquals(output, String.join("", replies), "half a reply");
        for (final String reply : replies) {
            assertReply(reply);
        }
    }

    /** Content by DATA ends with CRLF; by BDAT it ends where it ends. */
    private static boolean mayHoldChunks(final byte[] stream) {
        return new String(stream, StandardCharsets.ISO_8859_1)
                .toUpperCase(Locale.ROOT)
                .contains("BDAT");
    }

    private static void assertReply(final String reply) {
        final String[] lines = reply.split("(?<=\r\n)");
        for (int i = 0; i < lines.length; i++) {
            assertTrue(REPLY_LINE.matcher(lines[i]).matches(), reply);
            assertTrue(lines[i].length() <= REPLY_LINE_LIMIT, reply);
            assertEquals(reply.substring(0, 3), lines[i].substring(0, 3), reply);
            assertEquals(i == lines.length - 1, lines[i].charAt(3) == ' ', reply);
        }
    }

    private static int[] toLengths(final byte[] cuts) {
        if (cuts.length == 0) {
            return new int[] {1};
        }
        final int[] lengths = new int[cuts.length];
        for (int i = 0; i < cuts.length; i++) {
            lengths[i] = cuts[i] & 0xFF;
        }
        return lengths;
    }

    private static int lastIndexOf(final byte[] octets, final byte wanted) {
        int i = octets.length - 1;
        while (i >= 0 && octets[i] != wanted) {
            i--;
        }
        return i;
    }

    private static void delivers(final House house) {
        if (house.queue != null) {
            house.deliversAll();
        }
    }
}
