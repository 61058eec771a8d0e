package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.metrics.Latency;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.policy.AccessRules;
import io.posthaste.policy.TlsLimits;
import io.posthaste.tls.TlsEngineChoice;
import io.posthaste.tls.TlsFixtures;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** How long things took, by the readings of the clock that the reactor takes anyway. */
final class LatencyTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    /** Octets of a segment: no handshake is longer. */
    private static final int WHOLE = 1 << 20;

    @Test
    void shouldTimeASessionFromItsAcceptanceToItsEnd() {
        try (House house = new House(Setup.QUEUED)) {
            house.steps();
            final Client client = house.connect();
            house.passes(3 * SECOND_NS);
            client.sends("NOOP");
            house.passes(2 * SECOND_NS);
            assertTook(house, Latency.SESSION);
            client.sends("QUIT");
            assertTook(house, Latency.SESSION, 5);
        }
    }

    @Test
    void shouldTimeContentByDataFromItsGoAheadToItsEnd() {
        try (House house = new House(Setup.QUEUED)) {
            final Client client = house.connect();
            house.passes(SECOND_NS);
            client.startsData();
            house.passes(2 * SECOND_NS);
            client.sends("x");
            house.passes(SECOND_NS);
            client.sends(".");
            assertTook(house, Latency.CONTENT, 3);
            house.passes(4 * SECOND_NS);
            house.deliversAll();
            assertTook(house, Latency.ACKNOWLEDGEMENT, 4);
        }
    }

    @Test
    void shouldTimeContentByChunksFromTheFirstToTheLast() {
        try (House house = new House(Setup.QUEUED)) {
            final Client client = house.connect();
            client.sends("EHLO client.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>");
            house.passes(SECOND_NS);
            client.sendsOctets("BDAT 1\r\nx");
            house.passes(2 * SECOND_NS);
            client.sendsOctets("BDAT 1\r\ny");
            house.passes(SECOND_NS);
            client.sendsOctets("BDAT 0 LAST\r\n");
            assertTook(house, Latency.CONTENT, 3);
            house.deliversAll();
        }
    }

    @Test
    void shouldTimeAHandshakeOfTls() throws Exception {
        try (House house = new House(Setup.INLINE, TlsLimits.DEFAULTS, TlsEngineChoice.JDK)) {
            final Client plain = house.connect();
            house.passes(SECOND_NS);
            plain.sends("EHLO x.test", "STARTTLS").replies(220, 250, 220);
            house.passes(2 * SECOND_NS);
            assertTook(house, Latency.TLS_HANDSHAKE);
            new TlsClient(house, plain, TlsFixtures.trustingAnyone(), "TLSv1.3", () -> WHOLE).shakesHands();
            assertTook(house, Latency.TLS_HANDSHAKE, 2);
        }
    }

    @Test
    void shouldTimeTheWayToAWorkerAndBack() throws Exception {
        try (House house = new House(Setup.INLINE, TlsLimits.DEFAULTS, TlsEngineChoice.JDK)) {
            house.steps();
            final Client client = house.connect();
            client.sends("EHLO x.test", "STARTTLS").replies(220, 250, 220);
            assertEquals(1, house.reactor.metrics().openTlsConnections());
            final SSLEngine engine = TlsFixtures.trustingAnyone().createSSLEngine();
            engine.setUseClientMode(true);
            final ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), hello);
            client.sendsOctets(Arrays.copyOf(hello.array(), hello.position()));
            assertEquals(1, house.workers.waiting());
            house.passes(3 * SECOND_NS);
            assertTook(house, Latency.TLS_WORKER_WAIT);
            house.worksOff();
            assertTook(house, Latency.TLS_WORKER_WAIT, 3);
            client.closes();
            house.steps();
            assertEquals(0, house.reactor.metrics().openTlsConnections());
        }
    }

    @Test
    void shouldTimeAWaitForAPolicyToItsAnswerOrTheEndOfPatience() {
        final LatePolicy policy = new LatePolicy();
        final long patienceNs = 20 * SECOND_NS;
        try (House house = new House(Setup.INLINE.withAccess(
                AccessRules.OPEN.withPolicies(List.of(policy)).withPolicyTimeoutNs(patienceNs)))) {
            final Client client = house.connect();
            house.passes(2 * SECOND_NS);
            house.policyAnswers();
            assertTook(house, Latency.POLICY_WAIT, 2);
            client.sends("EHLO a.test", "MAIL FROM:<a@b.test>").replies(220, 250);
            house.passes(patienceNs + SECOND_NS);
            client.replies(451);
            assertTook(house, Latency.POLICY_WAIT, 21);
            client.sends("MAIL FROM:<a@b.test>");
            house.passes(SECOND_NS);
            client.vanishes();
            house.steps();
            while (house.policyAnswers()) {
                assertTook(house, Latency.POLICY_WAIT);
            }
            policy.atOnce = true;
            house.connect().sends("EHLO a.test", "MAIL FROM:<a@b.test>").replies(220, 250, 250);
            assertTook(house, Latency.POLICY_WAIT);
            assertTook(house, Latency.PASSWORD_WAIT);
        }
    }

    /** Exactly these durations were recorded, in seconds. */
    private static void assertTook(final House house, final Latency latency, final long... seconds) {
        final Histogram us = ReactorMetrics.newHistogram(latency);
        house.reactor.metrics().drainTo(latency, us);
        assertEquals(seconds.length, us.getTotalCount());
        for (final long one : seconds) {
            assertEquals(1, us.getCountAtValue(TimeUnit.SECONDS.toMicros(one)), one + " s");
        }
    }
}
