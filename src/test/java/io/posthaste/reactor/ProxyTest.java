package io.posthaste.reactor;

import static io.posthaste.wire.ProxyHeaders.LOCAL;
import static io.posthaste.wire.ProxyHeaders.PROXY;
import static io.posthaste.wire.ProxyHeaders.TCP4;
import static io.posthaste.wire.ProxyHeaders.TCP6;
import static io.posthaste.wire.ProxyHeaders.UNIX;
import static io.posthaste.wire.ProxyHeaders.addresses;
import static io.posthaste.wire.ProxyHeaders.binary;
import static io.posthaste.wire.ProxyHeaders.checked;
import static io.posthaste.wire.ProxyHeaders.field;
import static io.posthaste.wire.ProxyHeaders.tls;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.Via;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.AccessRules;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.EarlyTalker;
import io.posthaste.policy.Network;
import io.posthaste.policy.Policy;
import io.posthaste.policy.ProxyRules;
import io.posthaste.policy.Question;
import io.posthaste.policy.TlsLimits;
import io.posthaste.policy.Verdict;
import io.posthaste.tls.TlsEngineChoice;
import io.posthaste.tls.TlsFixtures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that a balancer relays: nothing is said before it has introduced its client, and the client is who it says. */
final class ProxyTest {
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(3);
    private static final String V1 = "PROXY TCP4 198.51.100.7 192.0.2.9 51234 25\r\n";
    private static final String ADDRESSES = addresses("c6336407", "c0000209");
    private static final String V2 = binary(PROXY, TCP4, ADDRESSES);
    private static final String DIALOGUE =
            "EHLO client.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nHi.\r\n.\r\nQUIT\r\n";
    private static final int[] REPLIES = {220, 250, 250, 250, 354, 250, 221};

    private static House house(final Setup setup) {
        return trusting(new House(setup));
    }

    private static House trusting(final House house) {
        house.reactor.trustBalancers(new ProxyRules(List.of(Network.parse("192.0.2.0/24")), TIMEOUT_NS));
        return house;
    }

    static Stream<String> headers() {
        return Stream.of(V1, V2);
    }

    @ParameterizedTest
    @MethodSource("headers")
    void shouldTakeTheClientsAddressFromTheHeader(final String header) {
        try (House house = house(Setup.INLINE)) {
            final Client client = house.connectBalancer(false);
            client.repliesNothing();
            client.sendsOctets(header).replies(220);
            assertEquals(0, house.memoryInUse(), "at rest");
            client.sendsOctets(DIALOGUE).replies(250, 250, 250, 354, 250, 221).isClosed();
            assertEquals(1, house.count(Counter.PROXY_HEADERS));
            assertEquals(0, house.count(Counter.PROXY_HEALTH_CHECKS));
            assertTrue(house.peers.get(0).startsWith("198.51.100.7 Via[balancer=/192.0.2.1, authority=null,"));
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void shouldReadOnBehindAHeaderSplitAnywhere(final String header) {
        final byte[] octets = (header + DIALOGUE).getBytes(StandardCharsets.ISO_8859_1);
        for (int split = 1; split <= header.length() + 2; split++) {
            try (House house = house(Setup.INLINE)) {
                final Client client = house.connectBalancer(false);
                client.channel.feed(octets, 0, split);
                client.pump();
                client.channel.feed(octets, split, octets.length);
                client.pump();
                client.replies(REPLIES).isClosed();
                assertTrue(house.peers.get(0).startsWith("198.51.100.7 "), house.peers.get(0));
                assertEquals("Hi.\r\n", house.received.get(0).content());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void shouldReadAHeaderOctetByOctet(final String header) {
        try (House house = house(Setup.INLINE)) {
            final Client client = house.connectBalancer(false);
            for (final char octet : (header + DIALOGUE).toCharArray()) {
                client.sendsOctets(String.valueOf(octet));
            }
            client.replies(REPLIES).isClosed();
            assertTrue(house.peers.get(0).startsWith("198.51.100.7 "), house.peers.get(0));
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void shouldBeginTlsBehindTheHeader(final String header) {
        for (final int held : new int[] {0, 1, 5, 100, 10_000}) {
            try (House house = trusting(new House(Setup.INLINE, TlsLimits.DEFAULTS, TlsEngineChoice.JDK))) {
                final Client plain = house.connectBalancer(true);
                final TlsClient client =
                        new TlsClient(house, plain, TlsFixtures.trustingAnyone(), "TLSv1.3", () -> Integer.MAX_VALUE);
                // The header, and as many octets of the ClientHello in the same segment.
                final byte[] hello = client.next();
                final int ahead = Math.min(held, hello.length);
                plain.sendsOctets(header + new String(hello, 0, ahead, StandardCharsets.ISO_8859_1));
                assertEquals("", ahead < hello.length ? plain.output() : "");
                plain.channel.feed(hello, ahead, hello.length);
                plain.pump();
                house.worksOff();
                client.shakesHands().replies(220);
                client.sendsOctets(DIALOGUE)
                        .replies(250, 250, 250, 354, 250, 221)
                        .isClosedInOrder();
                assertTrue(house.peers.get(0).startsWith("198.51.100.7 "), house.peers.get(0));
                assertEquals("TLS", house.received.get(0).declared());
            }
        }
    }

    @Test
    void shouldStartTlsLaterBehindAHeader() {
        try (House house = trusting(new House(Setup.INLINE, TlsLimits.DEFAULTS, TlsEngineChoice.JDK))) {
            final Client plain = house.connectBalancer(false);
            plain.sendsOctets(V2 + "EHLO x.test\r\nSTARTTLS\r\n").replies(220, 250, 220);
            final TlsClient client = new TlsClient(
                            house, plain, TlsFixtures.trustingAnyone(), "TLSv1.2", () -> Integer.MAX_VALUE)
                    .shakesHands();
            client.sendsOctets(DIALOGUE).replies(250, 250, 250, 354, 250, 221).isClosedInOrder();
            assertTrue(house.peers.get(0).startsWith("198.51.100.7 "), house.peers.get(0));
        }
    }

    @Test
    void shouldKeepWhatTheHeaderTellsOfTheClient() {
        final String header = checked(
                PROXY,
                TCP6,
                addresses("20010db8000000000000000000000001", "20010db8000000000000000000000019"),
                field(0x02, "mx.\"exa\u00e9mple\\"),
                field(0x05, "id 1\u0007"),
                tls(3, 0, field(0x21, "TLSv1.3"), field(0x22, "cn")));
        try (House house = house(Setup.INLINE)) {
            house.connectBalancer(false).sendsOctets(header + DIALOGUE).replies(REPLIES);
            assertEquals(
                    "IPv6:2001:db8:0:0:0:0:0:1 Via[balancer=/192.0.2.1, authority=mx.?exa?mple?, uniqueId=id 1?,"
                            + " tlsVersion=TLSv1.3, clientName=cn]",
                    house.peers.get(0));
        }
    }

    /** A policy hears it at each step, and may keep it: here it is looked at when the connection is long gone. */
    @Test
    void shouldTellPoliciesWhatTheHeaderTells() {
        final List<Via> told = new ArrayList<>();
        final Policy policy = new Policy() {
            @Override
            public CompletionStage<Verdict> onConnect(final Question question) {
                return tells(question);
            }

            @Override
            public CompletionStage<Verdict> onSender(final Question question) {
                return tells(question);
            }

            @Override
            public CompletionStage<Verdict> onRecipient(final Question question) {
                return tells(question);
            }

            private CompletionStage<Verdict> tells(final Question question) {
                told.add(question.via());
                return Verdict.ACCEPT.now();
            }
        };
        final String header = binary(PROXY, TCP4, ADDRESSES, field(0x02, "mx.example"), field(0x05, "id-1"));
        try (House house = house(Setup.INLINE.withAccess(AccessRules.OPEN.withPolicies(List.of(policy))))) {
            house.connectBalancer(false).sendsOctets(header + DIALOGUE).replies(REPLIES);
            house.connect().sendsOctets(DIALOGUE);
        }
        assertEquals(6, told.size());
        for (final Via via : told.subList(0, 3)) {
            assertEquals("mx.example id-1", via.authority() + " " + via.uniqueId());
            assertSame(told.get(0), via);
        }
        assertEquals(Collections.nCopies(3, null), told.subList(3, 6), "of one that came directly");
    }

    @Test
    void shouldNotNameAClientWhoseCertificateWasNotFoundGood() {
        final String header = binary(PROXY, TCP4, ADDRESSES, tls(3, 1, field(0x22, "cn")));
        try (House house = house(Setup.INLINE)) {
            house.connectBalancer(false).sendsOctets(header + DIALOGUE).replies(REPLIES);
            assertTrue(house.peers.get(0).endsWith("clientName=null]"), house.peers.get(0));
        }
    }

    @Test
    void shouldForgetTheRelayWithItsConnection() {
        try (House house = house(Setup.INLINE)) {
            house.connectBalancer(false).sendsOctets(V2 + DIALOGUE).isClosed();
            house.connect().sendsOctets(DIALOGUE).isClosed();
            assertEquals("192.0.2.1", house.peers.get(1));
        }
    }

    @Test
    void shouldKeepTheSocketsAddressWhereTheHeaderTellsNone() {
        for (final String header : List.of(
                "PROXY UNKNOWN\r\n",
                binary(PROXY, 0),
                binary(PROXY, UNIX, "/".repeat(216)),
                binary(PROXY, 0x12, ADDRESSES))) {
            try (House house = house(Setup.INLINE)) {
                house.connectBalancer(false).sendsOctets(header + DIALOGUE).replies(REPLIES);
                assertTrue(house.peers.get(0).startsWith("192.0.2.1 Via[balancer=/192.0.2.1,"), house.peers.get(0));
                assertEquals(1, house.count(Counter.PROXY_HEADERS));
            }
        }
    }

    @Test
    void shouldServeAHealthCheckAsTheBalancerItself() {
        try (House house = house(Setup.INLINE)) {
            house.connectBalancer(false)
                    .sendsOctets(binary(LOCAL, TCP4, ADDRESSES) + DIALOGUE)
                    .replies(REPLIES);
            assertEquals("192.0.2.1", house.peers.get(0));
            assertEquals(1, house.count(Counter.PROXY_HEALTH_CHECKS));
            assertEquals(0, house.count(Counter.PROXY_HEADERS));
        }
    }

    /** As balancers do that only want to know whether somebody accepts: they never shake hands. */
    @Test
    void shouldNotTakeAHealthCheckForAFailedHandshake() {
        try (House house = trusting(new House(Setup.INLINE, TlsLimits.DEFAULTS, TlsEngineChoice.JDK))) {
            final String local = binary(LOCAL, TCP4, ADDRESSES);
            house.connectBalancer(true).sendsOctets(local).closes().isClosed();
            house.connectBalancer(true).sendsOctets(local).resets().isClosed();
            assertEquals(2, house.count(Counter.PROXY_HEALTH_CHECKS));
            assertEquals(0, house.count(Counter.TLS_HANDSHAKE_FAILURES));
            house.connectBalancer(true)
                    .sendsOctets(binary(PROXY, TCP4, ADDRESSES))
                    .closes()
                    .isClosed();
            assertEquals(1, house.count(Counter.TLS_HANDSHAKE_FAILURES), "a client that leaves is one");
            house.connectBalancer(true).sendsOctets(local + "no TLS at all").isClosed();
            assertEquals(2, house.count(Counter.TLS_HANDSHAKE_FAILURES), "so is a check that fails");
        }
    }

    @Test
    void shouldCloseABalancerThatOnlyLooksWithoutAFuss() {
        try (House house = house(Setup.INLINE)) {
            house.connectBalancer(false).closes().isClosed();
            house.connectBalancer(false)
                    .sendsOctets(V2.substring(0, 9))
                    .closes()
                    .isClosed();
            house.connectBalancer(false).resets().isClosed();
            assertEquals(2, house.closes(CloseReason.PEER_CLOSED));
            assertEquals(1, house.closes(CloseReason.CONNECTION_RESET));
            assertEquals(0, house.count(Counter.PROXY_HEADERS_REFUSED));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EHLO client.test\\r\\n, PROXY_HEADER_MISSING",
        "E, PROXY_HEADER_MISSING",
        "PROXY TCP4 198.51.100.7 192.0.2.9 51234\\r\\n, PROXY_HEADER_MALFORMED",
        "PROXY UNKNOWN xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx,"
                + " PROXY_HEADER_TOO_LONG"
    })
    void shouldCloseABalancerWithoutAHeader(final String octets, final CloseReason reason) {
        for (final boolean isSecure : new boolean[] {false, true}) {
            try (House house = trusting(new House(Setup.INLINE, TlsLimits.DEFAULTS, TlsEngineChoice.JDK))) {
                final Client client = house.connectBalancer(isSecure);
                client.sendsOctets(octets.replace("\\r\\n", "\r\n"))
                        .repliesNothing()
                        .isClosed();
                assertEquals(1, house.closes(reason));
                assertEquals(1, house.count(Counter.PROXY_HEADERS_REFUSED));
            }
        }
    }

    @Test
    void shouldCloseABalancerWithADamagedHeader() {
        try (House house = house(Setup.INLINE)) {
            final String header = checked(PROXY, TCP4, ADDRESSES);
            house.connectBalancer(false)
                    .sendsOctets(header.replace('\u0007', '\u0008'))
                    .repliesNothing()
                    .isClosed();
            house.connectBalancer(false)
                    .sendsOctets(binary(PROXY, TCP4, "x".repeat(2033)))
                    .repliesNothing()
                    .isClosed();
            assertEquals(1, house.closes(CloseReason.PROXY_HEADER_MALFORMED));
            assertEquals(1, house.closes(CloseReason.PROXY_HEADER_TOO_LONG));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldHaveOneDeadlineForTheWholeHeader(final boolean isSecure) {
        try (House house = trusting(new House(Setup.INLINE, TlsLimits.DEFAULTS, TlsEngineChoice.JDK))) {
            final Client silent = house.connectBalancer(isSecure);
            final Client slow = house.connectBalancer(isSecure);
            for (int i = 0; i < 10; i++) {
                slow.sendsOctets(V1.substring(i, i + 1)).isOpen();
                house.passes(TIMEOUT_NS / 10 - Deadlines.TICK_NS / 5);
            }
            silent.isOpen();
            house.passes(4 * Deadlines.TICK_NS);
            slow.repliesNothing().isClosed();
            silent.repliesNothing().isClosed();
            assertEquals(2, house.closes(CloseReason.PROXY_HEADER_TIMEOUT));
            assertEquals(2, house.count(Counter.PROXY_HEADERS_REFUSED));
        }
    }

    @Test
    void shouldGiveTheClientItsOwnTimeBehindTheHeader() {
        try (House house = house(Setup.INLINE)) {
            final Client client = house.connectBalancer(false).sendsOctets(V1).replies(220);
            house.passes(Setup.INLINE.limits().commandTimeoutNs() - Deadlines.TICK_NS);
            client.isOpen();
            house.passes(2 * Deadlines.TICK_NS);
            client.replies(421);
        }
    }

    @Test
    void shouldNotTakeTheHeaderForEarlyTalk() {
        final Setup delaying =
                Setup.INLINE.withConduct(ConductLimits.NONE.withGreetingDelay(1_000_000_000, EarlyTalker.REJECT));
        try (House house = house(delaying)) {
            final Client patient = house.connectBalancer(false).sendsOctets(V2).repliesNothing();
            final Client hasty = house.connectBalancer(false);
            hasty.sendsOctets(V2 + "EHLO x.test\r\n").replies(421);
            assertEquals(1, house.count(Counter.EARLY_TALKERS));
            house.passes(1_000_000_000 + 2 * Deadlines.TICK_NS);
            patient.replies(220).sends("EHLO x.test").replies(250);
        }
    }

    @Test
    void shouldSayNothingToABalancerWhenItStops() {
        try (House house = house(Setup.INLINE)) {
            final Client client = house.connectBalancer(false);
            client.drain();
            house.steps();
            client.repliesNothing();
            assertEquals(1, house.closes(CloseReason.SHUTDOWN));
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void shouldTakeAHeaderFromAnybodyElseForABadCommand(final String header) {
        try (House house = house(Setup.INLINE)) {
            final Client client = house.connect().sendsOctets(header);
            assertFalse(client.allReplies().stream().skip(1).anyMatch(reply -> reply.charAt(0) == '2'));
            assertEquals(0, house.count(Counter.PROXY_HEADERS));
            client.sendsOctets(DIALOGUE);
            house.peers.forEach(peer -> assertEquals("192.0.2.1", peer));
        }
    }
}
