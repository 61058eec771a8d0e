package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.TlsLimits;
import io.posthaste.reply.Reply;
import io.posthaste.tls.TlsEngineChoice;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Limits on what one address may take over all its connections. That every connection is given back, whichever way it ends, is
 * asserted by each {@link House} of each test when it closes.
 */
final class ClientLimitTest {
    private static final ClientLimits NONE = ClientLimits.NONE;

    private static House house(final ClientLimits limits) {
        return new House(Setup.INLINE.withDomains("d.test")).countsClients(limits);
    }

    private static void isTurnedAway(final Client client, final Reply reply) {
        assertEquals(reply.line() + "\r\n", client.output());
        client.isClosed();
    }

    @Test
    void shouldTurnAwayOneConnectionTooMany() {
        try (House house = house(NONE.withConnections(2))) {
            final Client first = house.connect().replies(220);
            house.connect().replies(220);
            isTurnedAway(house.connect(), Reply.TOO_MANY_FROM_CLIENT);
            assertEquals(2, house.countedConnections());
            assertEquals(2, house.budget.open(), "it holds no place while it is turned away");
            first.sends("EHLO c.test", "QUIT").replies(250, 221).isClosed();
            house.connect().replies(220);
            isTurnedAway(house.connect(), Reply.TOO_MANY_FROM_CLIENT);
            assertEquals(2, house.count(Counter.LIMIT_CLIENT_CONNECTIONS));
            assertEquals(2, house.closes(CloseReason.CLIENT_CONNECTION_LIMIT));
        }
    }

    @Test
    void shouldTurnAwayConnectionsThatComeTooFast() {
        try (House house = house(NONE.withConnectionsPerMinute(3))) {
            for (int i = 0; i < 3; i++) {
                house.connect().replies(220).closes().isClosed();
            }
            isTurnedAway(house.connect(), Reply.CONNECTIONS_TOO_FAST);
            house.passes(TimeUnit.SECONDS.toNanos(20));
            house.connect().replies(220);
            assertEquals(1, house.count(Counter.LIMIT_CLIENT_CONNECTION_RATE));
            assertEquals(1, house.closes(CloseReason.CLIENT_CONNECTION_RATE_LIMIT));
        }
    }

    /** Nothing can be said where TLS begins first, and no handshake is begun for it. */
    @Test
    void shouldCloseWithoutAWordWhereTlsIsImplicit() {
        try (House house = new House(Setup.INLINE, TlsLimits.DEFAULTS, TlsEngineChoice.JDK)
                .countsClients(NONE.withConnections(1))) {
            house.connect().replies(220);
            final Client refused = house.connectSecurely();
            assertEquals("", refused.output());
            refused.isClosed();
            assertEquals(1, house.closes(CloseReason.CLIENT_CONNECTION_LIMIT));
            assertEquals(0, house.count(Counter.TLS_HANDSHAKE_FAILURES));
            assertEquals(0, house.reactor.metrics().replies(421), "what nobody hears is no reply");
        }
    }

    @Test
    void shouldSurviveAClientThatIsGoneWhenItIsTurnedAway() {
        try (House house = house(NONE.withConnections(1))) {
            house.connect().replies(220);
            final ScriptedChannel broken = new ScriptedChannel();
            broken.failWrites(new java.io.IOException("Broken pipe"));
            house.connect(broken).isClosed();
            assertEquals(1, house.closes(CloseReason.CLIENT_CONNECTION_LIMIT));
            assertEquals(1, house.countedConnections());
        }
    }

    @Test
    void shouldRefuseMessagesThatComeTooFastOverAllConnections() {
        try (House house = house(NONE.withMessagesPerMinute(2))) {
            final Client one = house.connect().sends("EHLO c.test").replies(220, 250);
            final Client other = house.connect().sends("EHLO c.test").replies(220, 250);
            one.sends("MAIL FROM:<a@b.test>", "RSET").replies(250, 250);
            other.sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA", "x", ".")
                    .replies(250, 250, 354, 250);
            one.sends("MAIL FROM:<a@b.test>").replies(451);
            assertEquals(Reply.MESSAGES_TOO_FAST.line() + "\r\n", one.lastReply());
            one.sends("RCPT TO:<c@d.test>").replies(503);
            house.passes(TimeUnit.SECONDS.toNanos(30));
            one.sends("MAIL FROM:<a@b.test>").replies(250).isOpen();
            assertEquals(1, house.count(Counter.LIMIT_CLIENT_MESSAGE_RATE));
        }
    }

    @Test
    void shouldNotCountMailWhereItMayNotCome() {
        try (House house = house(NONE.withMessagesPerMinute(1))) {
            final Client client = house.connect().replies(220);
            client.sends("MAIL FROM:<a@b.test>", "EHLO c.test", "MAIL FROM:<a@b.test>", "MAIL FROM:<a@b.test>")
                    .replies(503, 250, 250, 503);
            assertEquals(0, house.count(Counter.LIMIT_CLIENT_MESSAGE_RATE));
        }
    }

    /** Those before it stay, so the message can go to them. */
    @Test
    void shouldRefuseRecipientsThatComeTooFast() {
        try (House house = house(NONE.withRecipientsPerMinute(2))) {
            final Client client = house.connect().sends("EHLO c.test", "MAIL FROM:<a@b.test>");
            client.replies(220, 250, 250);
            client.sends("RCPT TO:<c@d.test>", "RCPT TO:<x@elsewhere.test>", "RCPT TO:<e@d.test>")
                    .replies(250, 550, 451);
            assertEquals(Reply.RECIPIENTS_TOO_FAST.line() + "\r\n", client.lastReply());
            client.sends("DATA", "x", ".").replies(354, 250);
            assertEquals(1, house.received.get(0).to().size());
            assertEquals(1, house.count(Counter.LIMIT_CLIENT_RECIPIENT_RATE));
        }
    }

    @Test
    void shouldKeepCountingWithinTls() {
        try (House house = new House(Setup.INLINE, TlsLimits.DEFAULTS, TlsEngineChoice.JDK)
                .countsClients(NONE.withConnections(1))) {
            house.connect().sends("EHLO c.test", "STARTTLS").replies(220, 250, 220);
            assertEquals(1, house.countedConnections());
            isTurnedAway(house.connect(), Reply.TOO_MANY_FROM_CLIENT);
        }
    }

    /** Whoever has heard our last words and does not go still takes a place. */
    @Test
    void shouldCountAConnectionUntilItIsReallyClosed() {
        try (House house = house(NONE.withConnections(1))) {
            final Client client =
                    house.connect().sends("BDAT").replies(220, 501, 421).isOpen();
            assertEquals(1, house.countedConnections());
            client.closes().isClosed();
            assertEquals(0, house.countedConnections());
        }
    }

    @ParameterizedTest
    @EnumSource(CloseReason.class)
    void shouldGiveBackOnceWhateverTheReason(final CloseReason reason) {
        try (House house = house(NONE.withConnections(2))) {
            house.connect().replies(220);
            final Client client = house.connect().replies(220);
            assertEquals(2, house.countedConnections());
            client.isClosedFor(reason);
            client.isClosedFor(reason);
            assertEquals(1, house.countedConnections());
        }
    }
}
