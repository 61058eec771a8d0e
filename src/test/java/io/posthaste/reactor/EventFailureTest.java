package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.AccessRules;
import io.posthaste.policy.Policy;
import io.posthaste.policy.Question;
import io.posthaste.policy.TlsLimits;
import io.posthaste.policy.Verdict;
import io.posthaste.tls.TlsEngineChoice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An event of a connection throws what nobody expects: that connection is closed, and another is served as if nothing had been,
 * above all without a reply that was the first one's.
 */
final class EventFailureTest {
    private static final long CYCLE_NS = Deadlines.TICK_NS;

    private House house;

    static Stream<Throwable> failures() {
        return Stream.of(
                new IllegalStateException("planted"),
                new InternalError("planted"),
                new NoClassDefFoundError("planted"));
    }

    private House furnish(final Setup setup) {
        house = new House(setup);
        return house;
    }

    private Client bystander() {
        return house.connect().sends("EHLO c.test").replies(220, 250);
    }

    /** The failing connection has ended, and the other goes on with its own replies. */
    private void onlyTheFirstIsClosed(final Client failing, final Client other) {
        failing.isClosed();
        other.sends("NOOP").replies(250).isOpen();
        assertEquals(1, house.closes(CloseReason.INTERNAL_ERROR));
        assertEquals(1, house.count(Counter.INTERNAL_ERRORS));
    }

    @AfterEach
    void everythingIsHome() {
        if (house != null) {
            house.close();
        }
    }

    @ParameterizedTest
    @MethodSource("failures")
    void shouldCloseTheConnectionWhoseReceiptFails(final Throwable failure) {
        furnish(Setup.QUEUED);
        final Client other = bystander();
        final Client failing = house.connect().startsData().sends("x", ".");
        house.polls();
        failing.channel.failWrites(failure);
        house.completes(DeliveryStatus.ACCEPTED);
        onlyTheFirstIsClosed(failing, other);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void shouldCloseTheConnectionWhoseVerdictFails(final Throwable failure) {
        final LatePolicy policy = new LatePolicy();
        policy.atOnce = true;
        furnish(withPolicies(policy));
        final Client other = bystander();
        final Client failing = bystander();
        policy.atOnce = false;
        failing.sends("MAIL FROM:<a@b.test>");
        failing.channel.failWrites(failure);
        assertTrue(house.policyAnswers());
        onlyTheFirstIsClosed(failing, other);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void shouldCloseTheConnectionWhoseTimerFails(final Throwable failure) {
        furnish(Setup.INLINE);
        final Client failing = bystander();
        house.passes(Setup.INLINE.limits().commandTimeoutNs() / 2);
        final Client other = bystander();
        failing.channel.failWrites(failure);
        house.passes(Setup.INLINE.limits().commandTimeoutNs() / 2 + CYCLE_NS);
        onlyTheFirstIsClosed(failing, other);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void shouldCloseTheConnectionThatFailsWhenItHasRoom(final Throwable failure) {
        furnish(Setup.QUEUED.withQueue(2));
        final Client other = bystander();
        house.connect().startsData().sends("1", ".");
        house.connect().startsData().sends("2", ".");
        final Client failing = house.connect().startsData().sends("3", ".", "NOOP");
        final Client next = house.connect().startsData().sends("4", ".");
        failing.channel.failWrites(failure);
        house.passes(house.setup.limits().handOffTimeoutNs());
        next.replies(451);
        onlyTheFirstIsClosed(failing, other);
        house.deliversAll();
    }

    @ParameterizedTest
    @MethodSource("failures")
    void shouldCloseTheConnectionThatFailsWhenTheServerStops(final Throwable failure) {
        furnish(Setup.INLINE);
        final Client failing = bystander();
        final Client other = house.connect().startsData();
        failing.channel.failWrites(failure);
        failing.drain();
        other.drain();
        house.steps();
        failing.isClosed();
        other.sends("x", ".").replies(250, 421);
        assertEquals(1, house.closes(CloseReason.INTERNAL_ERROR));
    }

    /** What a policy throws is no answer of it, and nobody else's. */
    @ParameterizedTest
    @MethodSource("failures")
    void shouldAnswerForNowWhenAPolicyFails(final Throwable failure) {
        furnish(withPolicies(new Policy() {
            @Override
            public CompletionStage<Verdict> onRecipient(final Question question) {
                throw Planted.sneak(failure);
            }
        }));
        final Client other = bystander();
        bystander().sends("MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "NOOP").replies(250, 451, 250);
        other.sends("NOOP").replies(250);
        assertEquals(1, house.count(Counter.POLICY_FAILURES));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void shouldCloseTheConnectionThatGetsNoEngine(final Throwable failure) {
        house = new House(Setup.INLINE, TlsLimits.DEFAULTS, TlsEngineChoice.JDK);
        final Client other = bystander();
        house.engines.fails(failure);
        bystander().sends("STARTTLS").isClosed();
        house.connectSecurely().isClosed();
        other.sends("NOOP").replies(250).isOpen();
        assertEquals(2, house.closes(CloseReason.INTERNAL_ERROR));
        assertEquals(2, house.count(Counter.INTERNAL_ERRORS));
    }

    /** Through a real selector: what was answered already does not go to the next client. */
    @ParameterizedTest
    @MethodSource("failures")
    void shouldKeepRepliesApartWhenOneFailsInTheMiddle(final Throwable failure) throws IOException {
        final List<ServerSocketChannel> listeners =
                Listener.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        house = new House(Setup.INLINE, listeners);
        try (SocketClient failing = SocketClient.to(listeners.get(0));
                SocketClient other = SocketClient.to(listeners.get(0))) {
            failing.reads(house::steps, 1);
            other.reads(house::steps, 1);
            house.deliveryFailure = failure;
            failing.sends("EHLO c.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n");
            failing.reads(house::steps, 4);
            failing.sends("x\r\n.\r\n");
            while (house.budget.open() == 2) {
                house.steps();
            }
            house.deliveryFailure = null;
            other.sends("NOOP\r\n");
            assertEquals("250", other.reads(house::steps, 1).get(0).substring(0, 3));
            other.sends("QUIT\r\n");
            assertEquals("221", other.reads(house::steps, 1).get(0).substring(0, 3));
        }
        assertEquals(1, house.closes(CloseReason.INTERNAL_ERROR));
    }

    private static Setup withPolicies(final Policy policy) {
        return Setup.INLINE.withAccess(AccessRules.OPEN.withPolicies(List.of(policy)));
    }
}
