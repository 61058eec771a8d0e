package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.metrics.Counter;
import io.posthaste.policy.BareNewline;
import io.posthaste.policy.Network;
import io.posthaste.policy.ProxyRules;
import io.posthaste.session.FaultCounts;
import io.posthaste.wire.ProxyHeaders;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Random streams of commands and garbage: every way to cut them gives the same replies, envelopes and counts. */
final class RandomDialogueTest {
    private static final long SEED = 20261122L;
    private static final int STREAMS = 100;
    private static final int CUTS = 8;

    private static final String[] PIECES = {
        "EHLO a.test\r\n",
        "HELO b.test\r\n",
        "MAIL FROM:<a@b.test>\r\n",
        "MAIL FROM:<>\r\n",
        "RCPT TO:<c@d.test>\r\n",
        "RCPT TO:<c@d.test>\r\n",
        "RCPT TO:<x@elsewhere.test>\r\n",
        "DATA\r\n",
        "DATA\r\n",
        "RSET\r\n",
        "NOOP\r\n",
        "VRFY x\r\n",
        "HELP\r\n",
        "HELP 503\r\n",
        "\r\n.\r\n",
        "\r\n.\r\n",
        ".\r\n",
        "..\r\n",
        "\n.\r\n",
        "\r\n.\n",
        "\n.\n",
        "\r.\r\n",
        "\n",
        "\r",
        ".",
        "\r\n",
        "text\r\n",
        "\0",
        "\u00ff",
        " ",
        "BODY",
        "MAIL FROM:<a@b.test> SIZE=5000\r\n",
        "EHLO a.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n",
        "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\ncontent\r\n.\r\n",
        "BDAT 10\r\n",
        "BDAT 25 LAST\r\n",
        "BDAT 0\r\n",
        "BDAT 0 LAST\r\n",
        "BDAT 3 WHAT\r\n",
        "BDAT 300 LAST\r\n",
        "BDAT 6\r\nQUIT\r\n",
        "BDAT 5 LAST\r\n12345",
        "BDAT 4\r\n\r\n.\r",
        "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nBDAT 3\r\nx\r\nBDAT 4 LAST\r\n..\r\n",
        "MAIL FROM:<a@b.test> BODY=BINARYMIME\r\nRCPT TO:<c@d.test>\r\nBDAT 2\r\n\n\r",
        "MAIL FROM:<\u00c3\u00a9@b.test> SMTPUTF8\r\nRCPT TO:<c@d.test> NOTIFY=NEVER\r\n",
        "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n.one\r\n..two\r\n.\r\n",
    };

    private static final ProxyRules BALANCERS =
            new ProxyRules(List.of(Network.parse("192.0.2.0/24")), TimeUnit.SECONDS.toNanos(5));
    private static final String ADDRESSES = ProxyHeaders.addresses("c6336407", "c0000209");
    private static final String[] HEADERS = {
        "PROXY TCP4 198.51.100.7 192.0.2.9 51234 25\r\n",
        "PROXY TCP6 2001:db8::1 2001:db8::19 51234 25\r\n",
        "PROXY UNKNOWN\r\n",
        ProxyHeaders.binary(ProxyHeaders.PROXY, ProxyHeaders.TCP4, ADDRESSES),
        ProxyHeaders.binary(ProxyHeaders.LOCAL, ProxyHeaders.TCP4, ADDRESSES),
        ProxyHeaders.checked(
                ProxyHeaders.PROXY,
                ProxyHeaders.TCP4,
                ADDRESSES,
                ProxyHeaders.field(0x02, "mx.test"),
                ProxyHeaders.field(0x05, "id 7"),
                ProxyHeaders.tls(3, 0, ProxyHeaders.field(0x21, "TLSv1.3"))),
        ProxyHeaders.binary(
                ProxyHeaders.PROXY, ProxyHeaders.TCP4, ADDRESSES, ProxyHeaders.field(0x04, "\r\n.\r\n".repeat(350))),
    };

    @Test
    void shouldNotDependOnHowTheStreamIsCut() {
        final Setup limited =
                Setup.INLINE.withLimits(DialogueTest.limits(40_000, 3, 512)).withDomains("d.test");
        for (final Setup setup : List.of(
                limited,
                limited.withQueue(4),
                limited.withoutContent(),
                limited.withBareNewline(BareNewline.NORMALIZE),
                limited.withQueue(4).withBareNewline(BareNewline.ACCEPT))) {
            final Random random = new Random(SEED);
            for (int i = 0; i < STREAMS; i++) {
                final long seed = random.nextLong();
                try (House house = new House(setup)) {
                    final byte[] stream = stream(new Random(seed));
                    final Result whole = run(house, stream, null);
                    for (int cut = 0; cut < CUTS; cut++) {
                        final long cutSeed = random.nextLong();
                        assertEquals(whole, run(house, stream, new Random(cutSeed)), "seed " + seed + ", " + cutSeed);
                    }
                    assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
                }
            }
        }
    }

    /** Behind a balancer: what it says of its client, or fails to say, comes ahead, and is cut like all else. */
    @Test
    void shouldNotDependOnHowARelayedStreamIsCut() {
        final Setup limited =
                Setup.INLINE.withLimits(DialogueTest.limits(40_000, 3, 512)).withDomains("d.test");
        for (final Setup setup : List.of(limited, limited.withQueue(4))) {
            final Random random = new Random(SEED);
            for (int i = 0; i < 2 * STREAMS; i++) {
                final long seed = random.nextLong();
                try (House house = new House(setup)) {
                    house.reactor.trustBalancers(BALANCERS);
                    final byte[] stream = relayedStream(new Random(seed));
                    final Result whole = runRelayed(house, stream, null);
                    for (int cut = 0; cut < CUTS; cut++) {
                        final long cutSeed = random.nextLong();
                        assertEquals(
                                whole, runRelayed(house, stream, new Random(cutSeed)), "seed " + seed + ", " + cutSeed);
                    }
                    assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
                }
            }
        }
    }

    private static byte[] relayedStream(final Random random) {
        final ByteArrayOutputStream relayed = new ByteArrayOutputStream();
        final String header = HEADERS[random.nextInt(HEADERS.length)];
        final byte[] octets = header.getBytes(StandardCharsets.ISO_8859_1);
        if (random.nextInt(4) == 0) {
            octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
        }
        relayed.writeBytes(octets);
        relayed.writeBytes(stream(random));
        return relayed.toByteArray();
    }

    /** What a run gave, and who its clients were. */
    private record Result(String output, List<Received> received, List<String> peers, FaultCounts faults) {}

    private static byte[] stream(final Random random) {
        final StringBuilder stream = new StringBuilder("EHLO a.test\r\n");
        for (int i = 5 + random.nextInt(60); i > 0; i--) {
            switch (random.nextInt(40)) {
                case 0 -> stream.append("x".repeat(random.nextInt(1200)));
                case 1 -> stream.append(ContentTest.stuffed(ContentTest.content(random.nextInt(50_000), i)));
                case 2 -> stream.append((char) random.nextInt(256));
                case 3, 4 -> chunks(stream, random);
                case 5 -> stream.append(random.nextInt(4) == 0 ? "BDAT 1000000000000000000\r\n" : "BDAT 60000\r\n");
                case 6 -> stream.append(random.nextInt(8) == 0 ? "BDAT x\r\n" : "RSET\r\n");
                default -> stream.append(PIECES[random.nextInt(PIECES.length)]);
            }
        }
        return stream.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whole chunks of all sizes, perhaps in a transaction, perhaps with commands between. */
    private static void chunks(final StringBuilder stream, final Random random) {
        stream.append(random.nextBoolean() ? "RSET\r\nMAIL FROM:<> BODY=BINARYMIME\r\nRCPT TO:<c@d.test>\r\n" : "");
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            final int size = random.nextInt(3) == 0 ? random.nextInt(40_000) : random.nextInt(400);
            stream.append("BDAT ").append(size).append(random.nextInt(3) == 0 ? " LAST\r\n" : "\r\n");
            for (int octet = 0; octet < size; octet++) {
                stream.append((char) random.nextInt(256));
            }
            stream.append(random.nextInt(3) == 0 ? PIECES[random.nextInt(PIECES.length)] : "");
        }
    }

    /** Cuts the input, and without a queue the output too, at random. */
    private static Result run(final House house, final byte[] stream, final Random cuts) {
        return run(house, house::connect, stream, cuts);
    }

    private static Result runRelayed(final House house, final byte[] stream, final Random cuts) {
        return run(house, () -> house.connectBalancer(false), stream, cuts);
    }

    private static Result run(
            final House house, final Supplier<Client> connects, final byte[] stream, final Random cuts) {
        house.received.clear();
        house.peers.clear();
        final FaultCounts before = FaultCounts.of(house.reactor.metrics());
        final Client client = connects.get();
        int from = 0;
        while (cuts != null && from < stream.length) {
            final int most = cuts.nextInt(4) == 0 ? 5000 : 40;
            final int to = Math.min(stream.length, from + 1 + cuts.nextInt(most));
            client.channel.feed(stream, from, to);
            if (cuts.nextInt(3) == 0) {
                client.channel.writesTake(cuts.nextInt(30), cuts.nextInt(200), 0, 0, Integer.MAX_VALUE);
                client.pump();
                delivers(house);
            }
            from = to;
        }
        client.channel.feed(stream, from, stream.length);
        client.pump();
        delivers(house);
        client.closes();
        delivers(house);
        house.assertEverythingHome();
        return new Result(
                DialogueRunner.anonymous(client.output()),
                house.received.stream().map(Received::anonymous).toList(),
                List.copyOf(house.peers),
                FaultCounts.of(house.reactor.metrics()).minus(before));
    }

    private static void delivers(final House house) {
        if (house.queue != null) {
            house.deliversAll();
        }
    }
}
