package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.memory.Block;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.TlsLimits;
import io.posthaste.tls.TlsEngineChoice;
import io.posthaste.tls.TlsFixtures;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS on a connection, by each engine: however its octets are cut, whatever the client does. */
@ParameterizedClass
@EnumSource(value = TlsEngineChoice.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
final class TlsTest {
    private static final IntSupplier WHOLE = () -> Integer.MAX_VALUE;
    private static final String CONTENT = ContentTest.content(20_000, 1);
    private static final String V13 = "TLSv1.3";
    private static final String V12 = "TLSv1.2";

    private final TlsEngineChoice engine;

    TlsTest(final TlsEngineChoice engine) {
        this.engine = engine;
    }

    private House house() {
        return house(TlsLimits.DEFAULTS);
    }

    private House house(final TlsLimits limits) {
        return new House(Setup.INLINE, limits, engine);
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.3, 1", "TLSv1.3, 2", "TLSv1.3, 5", "TLSv1.3, 1000", "TLSv1.3, 1000000",
        "TLSv1.2, 1", "TLSv1.2, 2", "TLSv1.2, 5", "TLSv1.2, 1000", "TLSv1.2, 1000000"
    })
    void shouldTakeMailHoweverTheOctetsAreCut(final String protocol, final int piece) {
        try (House house = house()) {
            passesMail(house, protocol, () -> piece);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {V13, V12})
    void shouldTakeMailAtRandomCuts(final String protocol) {
        final Random random = new Random(3207);
        for (int i = 0; i < 40; i++) {
            try (House house = house()) {
                passesMail(house, protocol, () -> 1 + random.nextInt(1 + random.nextInt(3000)));
            }
        }
    }

    private void passesMail(final House house, final String protocol, final IntSupplier pieces) {
        final TlsClient client = TlsClient.started(house, protocol, pieces);
        assertEquals(0, house.memoryInUse(), "at rest behind the handshake");
        client.sends("EHLO inside.test").replies(250);
        assertEquals(0, house.memoryInUse(), "at rest");
        client.sends("MAIL FROM:<a@b.test> REQUIRETLS", "RCPT TO:<c@d.test>", "DATA")
                .replies(250, 250, 354);
        client.sendsOctets(ContentTest.stuffed(CONTENT) + ".\r\n").replies(250);
        assertEquals(0, house.memoryInUse(), "at rest behind the message");
        client.sends("QUIT").replies(221).isClosedInOrder();
        final Received received = house.received.get(0);
        assertEquals(CONTENT, received.content());
        assertEquals("inside.test", received.hello());
        assertEquals("TLS REQUIRETLS", received.declared());
        assertEquals(
                client.engine.getSession().getProtocol(),
                house.parameters.get(0).version());
        assertEquals(
                client.engine.getSession().getCipherSuite(),
                house.parameters.get(0).cipherSuite());
        assertEquals(1, house.count(Counter.TLS_HANDSHAKES));
        assertEquals(1, house.closes(CloseReason.QUIT));
        assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
    }

    @Test
    void shouldGreetBehindTheHandshakeWhereTlsIsImplicit() {
        try (House house = house()) {
            final Client plain = house.connectSecurely();
            assertEquals("", plain.output());
            final TlsClient client =
                    new TlsClient(house, plain, TlsFixtures.trustingAnyone(), V13, WHOLE).shakesHands();
            client.replies(220)
                    .sends("EHLO x.test", "NOOP", "QUIT")
                    .replies(250, 250, 221)
                    .isClosedInOrder();
        }
    }

    @Test
    void shouldForgetWhatWasSaidBeforeTls() {
        try (House house = house()) {
            final Client plain = house.connect();
            plain.sends("EHLO x.test").replies(220, 250);
            assertTrue(
                    plain.lastReply().contains("STARTTLS") && !plain.lastReply().contains("REQUIRETLS"));
            plain.sends("MAIL FROM:<a@b.test> REQUIRETLS").replies(555);
            plain.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "STARTTLS")
                    .replies(250, 250, 220);
            final TlsClient client =
                    new TlsClient(house, plain, TlsFixtures.trustingAnyone(), V13, WHOLE).shakesHands();
            client.sends("DATA", "MAIL FROM:<a@b.test>").replies(503, 503);
            client.sends("EHLO y.test").replies(250);
            assertFalse(client.lastReply().contains("STARTTLS"));
            assertTrue(client.lastReply().contains("REQUIRETLS"));
            client.sends("STARTTLS").replies(503);
            client.sends("RCPT TO:<c@d.test>").replies(503);
            assertEquals(0, house.received.size());
        }
    }

    @Test
    void shouldRefuseAnArgument() {
        try (House house = house()) {
            house.connect().sends("EHLO x.test", "STARTTLS now", "NOOP").replies(220, 250, 501, 250);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL FROM:<mallory@b.test>\r\n", "NOOP", "\r\n", "\26\3\1"})
    void shouldNeverRunWhatStandsBehindStartTls(final String injected) {
        try (House house = house()) {
            final Client client = house.connect().sends("EHLO x.test");
            client.sendsOctets("STARTTLS\r\n" + injected).replies(220, 250, 421);
            assertTrue(client.lastReply().startsWith("421 4.7.0 Octets behind STARTTLS"));
            client.closes().isClosed();
            assertEquals(1, house.count(Counter.STARTTLS_INJECTIONS));
            assertEquals(1, house.closes(CloseReason.STARTTLS_INJECTION));
            assertEquals(0, house.count(Counter.TRANSACTIONS));
        }
    }

    @Test
    void shouldTakeTheCommandsBeforeStartTls() {
        try (House house = house()) {
            house.connect().sends("EHLO x.test", "NOOP", "STARTTLS").replies(220, 250, 250, 220);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {V13, V12})
    void shouldAnswerAPipelineAndALargeMessageThroughANarrowSocket(final String protocol) {
        final String content = ContentTest.content(300_000, 7);
        try (House house = house()) {
            final TlsClient client = TlsClient.started(house, protocol, () -> 40_000);
            client.sends("EHLO x.test").replies(250);
            client.client.channel.writesTake(3);
            client.sendsOctets("HELP\r\n".repeat(2000))
                    .replies(IntStream.generate(() -> 214).limit(2000).toArray());
            client.client.channel.writesTake(Integer.MAX_VALUE);
            client.sendsOctets("MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nBDAT " + content.length() + " LAST\r\n"
                            + content + "NOOP\r\n")
                    .replies(250, 250, 250, 250);
            assertEquals(content, house.received.get(0).content());
            assertEquals(0, house.memoryInUse());
        }
    }

    @Test
    void shouldResumeASession() {
        final SSLContext context = TlsFixtures.trustingAnyone();
        try (House house = house()) {
            for (int i = 0; i < 3; i++) {
                TlsClient.started(house, context, V13, WHOLE)
                        .sends("QUIT")
                        .replies(221)
                        .isClosedInOrder();
                assertEquals(i + 1, house.count(Counter.TLS_HANDSHAKES));
                assertEquals(i, house.count(Counter.TLS_RESUMPTIONS));
            }
        }
    }

    /** Each suite of TLS 1.2 that both have, by its registered name; the certificate is of an elliptic key. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
                "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
                "TLS_AES_128_GCM_SHA256",
                "TLS_AES_256_GCM_SHA384",
                "TLS_CHACHA20_POLY1305_SHA256"
            })
    void shouldNameTheCipherSuiteAsItIsRegistered(final String suite) {
        final String protocol = suite.contains("_WITH_") ? V12 : V13;
        try (House house = house()) {
            final TlsClient client =
                    new TlsClient(house, house.connectSecurely(), TlsFixtures.trustingAnyone(), protocol, WHOLE);
            client.engine.setEnabledCipherSuites(new String[] {suite});
            client.shakesHands().sends("EHLO x.test", "MAIL FROM:<a@b.test>").replies(220, 250, 250);
            client.client.closes();
            assertEquals(protocol + "/" + suite, house.parameters.get(0).toString());
        }
    }

    @Test
    void shouldKnowNothingOfTlsInTheClear() {
        try (House house = house()) {
            TlsClient.started(house, V13, WHOLE)
                    .sends("EHLO x.test", "MAIL FROM:<a@b.test>", "QUIT")
                    .replies(250, 250, 221);
            house.connect().sends("EHLO x.test", "MAIL FROM:<a@b.test>", "QUIT").replies(220, 250, 250, 221);
            assertNotNull(house.parameters.get(0));
            assertNull(house.parameters.get(1), "of a pooled connection and envelope");
        }
    }

    // ---- the end

    @Test
    void shouldAnswerCloseNotifyInKindBehindTheReplies() {
        try (House house = house()) {
            final TlsClient client = TlsClient.started(house, V13, WHOLE);
            client.sends("EHLO x.test").replies(250);
            client.sends("NOOP").saysEnd().replies(250).isClosedInOrder();
            assertEquals(1, house.closes(CloseReason.PEER_CLOSED));
        }
    }

    /** As a monitor does that only looks at the certificate. */
    @ParameterizedTest
    @ValueSource(strings = {V13, V12})
    void shouldCountAHandshakeThatIsFollowedByNothing(final String protocol) {
        try (House house = house()) {
            final Client plain = house.connectSecurely();
            final TlsClient client = new TlsClient(house, plain, TlsFixtures.trustingAnyone(), protocol, WHOLE);
            client.endsBehindHandshake().isClosedInOrder();
            assertEquals(1, house.count(Counter.TLS_HANDSHAKES));
            assertEquals(0, house.count(Counter.TLS_HANDSHAKE_FAILURES));
            assertEquals(1, house.closes(CloseReason.PEER_CLOSED));
        }
    }

    @Test
    void shouldTakeTheEndWithoutCloseNotify() {
        try (House house = house()) {
            final TlsClient client = TlsClient.started(house, V13, WHOLE);
            client.sends("EHLO x.test", "MAIL FROM:<a@b.test>").replies(250, 250);
            client.client.closes().isClosed();
            assertEquals(1, house.closes(CloseReason.PEER_CLOSED_IN_TRANSACTION));
        }
    }

    @Test
    void shouldSayThatTheServerStopsWithinTls() {
        try (House house = house()) {
            final TlsClient client = TlsClient.started(house, V13, WHOLE);
            client.sends("EHLO x.test").replies(250);
            client.client.drain();
            client.exchange(ByteBuffer.allocate(0)).replies(421);
            client.client.closes().isClosed();
        }
    }

    @Test
    void shouldNoticeDamagedRecords() {
        try (House house = house()) {
            final TlsClient client = TlsClient.started(house, V13, WHOLE);
            client.client.sendsOctets("\27\3\3\0 " + "x".repeat(32));
            client.client.isClosed();
            assertEquals(1, house.closes(CloseReason.TLS_FAILURE));
        }
    }

    /** Heavy work at the client's will, on and on, without a new connection. */
    @Test
    void shouldRefuseRenegotiation() throws SSLException {
        try (House house = house()) {
            final TlsClient client = TlsClient.started(house, V12, WHOLE);
            client.sends("EHLO x.test").replies(250);
            client.engine.beginHandshake();
            final byte[] hello = client.next();
            client.client.channel.feed(hello, 0, hello.length);
            client.client.pump();
            assertEquals(0, house.workers.waiting());
            client.client.isClosed();
            assertEquals(1, house.closes(CloseReason.TLS_FAILURE));
        }
    }

    /** A change of keys is dear for the server, cheap for the client, and may be asked for at any time. */
    @Test
    void shouldEndAConnectionThatChangesItsKeysAgainAndAgain() throws SSLException {
        try (House house = house()) {
            final TlsClient client = TlsClient.started(house, V13, WHOLE);
            client.sends("EHLO x.test").replies(250);
            for (int i = 0; i < 5; i++) {
                changesKeys(client);
                client.sends("NOOP").replies(250);
            }
            for (int i = 0; i < 40 && client.client.channel.isOpen(); i++) {
                changesKeys(client);
            }
            client.client.isClosed();
            assertEquals(1, house.closes(CloseReason.TLS_FAILURE));
            assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
        }
    }

    private static void changesKeys(final TlsClient client) throws SSLException {
        client.engine.beginHandshake();
        client.exchange(ByteBuffer.allocate(0));
    }

    /** All in one read, as a flood has it: the reactor does not work through all of them first. */
    @Test
    void shouldNotChangeKeysOnAndOnInOneTurn() throws SSLException {
        try (House house = house()) {
            final TlsClient client = TlsClient.started(house, V13, WHOLE);
            client.sends("EHLO x.test").replies(250);
            final ByteArrayOutputStream records = new ByteArrayOutputStream();
            for (int i = 0; i < 1000; i++) {
                client.engine.beginHandshake();
                records.writeBytes(client.next());
            }
            assertTrue(records.size() > 20_000);
            final int before = client.client.channel.outputLength();
            client.client.sendsOctets(records.toByteArray());
            client.client.isClosed();
            assertEquals(1, house.closes(CloseReason.TLS_FAILURE));
            // A record of its own answers each that was taken.
            assertTrue(client.client.channel.outputLength() - before < 40 * 64, "answers");
        }
    }

    /** A connection may live long: what it is allowed, it is allowed again for each MiB of content. */
    @Test
    void shouldAllowARecordWithoutContentNowAndThen() throws SSLException {
        try (House house = house()) {
            final TlsClient client = TlsClient.started(house, V13, WHOLE);
            client.sends("EHLO x.test").replies(250);
            final String megabyte = "x".repeat(1 << 20);
            for (int i = 0; i < 4; i++) {
                for (int record = 0; record < 20; record++) {
                    changesKeys(client);
                }
                client.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>").replies(250, 250);
                client.sendsOctets("BDAT " + megabyte.length() + " LAST\r\n" + megabyte)
                        .replies(250);
                house.received.clear();
            }
            client.sends("QUIT").replies(221).isClosedInOrder();
        }
    }

    // ---- handshakes that fail

    @Test
    void shouldRefuseWhatIsNoTls() {
        try (House house = house()) {
            final Client client = house.connectSecurely();
            client.sends("EHLO x.test").isClosed();
            assertEquals(1, house.closes(CloseReason.TLS_HANDSHAKE_FAILURE));
            assertEquals(1, house.count(Counter.TLS_HANDSHAKE_FAILURES));
        }
    }

    /** A client that can do no better than TLS 1.0 or 1.1 hears protocol_version. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldRefuseOldVersions(final int minor) {
        final String random = "r".repeat(32);
        final String suites = "\0\6\300\11\300\12\300\23";
        final String body = "\3" + (char) minor + random + "\0" + suites + "\1\0";
        final String hello = "\1\0\0" + (char) body.length() + body;
        try (House house = house()) {
            final Client client = house.connectSecurely();
            client.sendsOctets("\26\3\1\0" + (char) hello.length() + hello);
            house.worksOff();
            client.isClosed();
            final String alert = client.output();
            assertEquals("\25\3", alert.substring(0, 2));
            assertEquals("\2\106", alert.substring(5, 7), "fatal, protocol_version");
            assertEquals(1, house.closes(CloseReason.TLS_HANDSHAKE_FAILURE));
        }
    }

    @Test
    void shouldGiveEverythingBackWhenTheClientLeavesInTheMiddle() {
        final int length = clientHello().length;
        for (int cut = 0; cut < length; cut += 1 + cut / 8) {
            try (House house = house()) {
                final Client client = house.connectSecurely();
                client.channel.feed(clientHello(), 0, cut);
                client.pump();
                client.closes().isClosed();
                assertEquals(0, house.memoryInUse());
                assertEquals(1, house.closes(CloseReason.PEER_CLOSED));
                assertEquals(1, house.count(Counter.TLS_HANDSHAKE_FAILURES));
            }
        }
    }

    @Test
    void shouldLetTheWorkOfAClientThatIsGoneComeToNothing() {
        try (House house = house()) {
            final Client gone = house.connectSecurely();
            gone.channel.feed(clientHello(), 0, clientHello().length);
            gone.pump();
            assertEquals(1, house.workers.waiting());
            gone.vanishes();
            final Client next = house.connect().replies(220);
            house.worksOff();
            assertEquals(0, house.engines.tasksRun());
            next.repliesNothing().sends("NOOP").replies(250);
        }
    }

    /** A flood does not wait for an answer: what it has left behind is not worked off. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNoticeThatAClientLeavesWhileItsWorkWaits(final boolean resets) {
        try (House house = house()) {
            final Client gone = house.connectSecurely();
            gone.channel.feed(clientHello(), 0, clientHello().length);
            gone.pump();
            assertEquals(1, house.workers.waiting());
            if (resets) {
                gone.resets();
            } else {
                gone.closes();
            }
            gone.isClosed();
            house.worksOff();
            assertEquals(0, house.engines.tasksRun());
            assertEquals(1, house.count(Counter.TLS_HANDSHAKE_FAILURES));
            assertEquals(1, house.closes(resets ? CloseReason.CONNECTION_RESET : CloseReason.PEER_CLOSED));
        }
    }

    /** What follows the ClientHello is kept until the work is done, and its sender is not read on and on. */
    @Test
    void shouldKeepWhatComesWhileTheWorkWaits() {
        try (House house = house()) {
            final Client client = house.connectSecurely();
            client.channel.feed(clientHello(), 0, clientHello().length);
            client.pump();
            client.sendsOctets("\24\3\3\0\1\1").isOpen().isReadFrom(false);
            assertEquals(1, house.workers.waiting());
            house.worksOff();
            client.isOpen().isReadFrom(true);
            assertTrue(client.channel.outputLength() > 0, "answered");
        }
    }

    @Test
    void shouldGiveBackAnEngineWhoseWorkEndsWhenTheReactorHas() {
        try (House house = house()) {
            final Client gone = house.connectSecurely();
            gone.channel.feed(clientHello(), 0, clientHello().length);
            gone.pump();
            gone.vanishes();
            house.workers.runAll();
            assertEquals(1, house.engines.inUse(), "its worker has it");
            house.handshakes.close();
            assertEquals(0, house.engines.inUse());
        }
    }

    @Test
    void shouldEndASlowHandshake() {
        try (House house = house()) {
            final Client client = house.connectSecurely();
            final byte[] hello = clientHello();
            for (int i = 0; i < 29; i++) {
                house.passes(TimeUnit.SECONDS.toNanos(1));
                client.channel.feed(hello, i, i + 1);
                client.pump();
                client.isOpen();
            }
            assertEquals(Block.SMALL, house.memoryInUse(), "half a record");
            house.passes(TimeUnit.SECONDS.toNanos(2));
            client.isClosed();
            assertEquals(1, house.closes(CloseReason.TLS_HANDSHAKE_TIMEOUT));
            assertEquals(1, house.count(Counter.TLS_HANDSHAKE_FAILURES));
        }
    }

    @Test
    void shouldNotEndAHandshakeThatIsDone() {
        try (House house = house()) {
            final TlsClient client = TlsClient.started(house, V13, WHOLE);
            house.passes(TimeUnit.SECONDS.toNanos(31));
            client.sends("EHLO x.test").replies(250);
        }
    }

    // ---- too many handshakes

    @Test
    void shouldLetNoMoreHandshakesBeginThanTheRate() {
        try (House house = house(TlsLimits.DEFAULTS.withHandshakesPerSecond(2))) {
            house.connect().sends("STARTTLS").replies(220, 220);
            house.connect().sends("STARTTLS").replies(220, 220);
            final Client third = house.connect().sends("STARTTLS").replies(220, 454);
            house.connectSecurely().isClosed();
            assertEquals(2, house.count(Counter.TLS_HANDSHAKES_REFUSED));
            assertEquals(1, house.closes(CloseReason.TLS_OVERLOAD));
            house.passes(TimeUnit.MILLISECONDS.toNanos(501));
            third.sends("STARTTLS").replies(220);
        }
    }

    /** No step of a handshake that takes long is done by the reactor, however many wait: the others are served at once. */
    @Test
    void shouldServePlainSessionsInAFloodOfHandshakes() {
        final int flood = 60;
        final int capacity = 40;
        final byte[] hello = clientHello();
        try (House house = house()) {
            house.workers.capacity(capacity);
            final List<Client> waiting = new ArrayList<>();
            for (int i = 0; i < flood; i++) {
                waiting.add(house.connectSecurely());
            }
            waiting.forEach(client -> client.channel.feed(hello, 0, hello.length));
            waiting.forEach(Client::pump);
            assertEquals(capacity, house.workers.waiting(), "handshakes wait for the workers");
            assertEquals(flood - capacity, house.closes(CloseReason.TLS_OVERLOAD), "the rest is refused");
            final Client plain = house.connect();
            plain.sends("EHLO x.test", "STARTTLS").replies(220, 250, 454);
            plain.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA").replies(250, 250, 354);
            plain.sends("x", ".", "QUIT").replies(250, 221).isClosed();
            assertEquals(capacity, house.workers.waiting(), "none of them has gone on meanwhile");
            assertEquals(0, house.count(Counter.TLS_HANDSHAKES));
            house.worksOff();
            assertTrue(waiting.stream()
                    .filter(client -> client.channel.isOpen())
                    .allMatch(client -> client.channel.outputLength() > 0));
        }
    }

    private byte[] clientHello() {
        try (House house = house()) {
            final TlsClient client = new TlsClient(house, house.connect(), TlsFixtures.trustingAnyone(), V13, WHOLE);
            client.engine.beginHandshake();
            return client.next();
        } catch (final SSLException e) {
            throw new AssertionError(e);
        }
    }
}
