package io.posthaste.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.CloseReason;
import io.posthaste.policy.ConductLimits;
import io.posthaste.reply.Reply;
import io.posthaste.session.FlightListener;
import io.posthaste.session.FlightRecorder;
import io.posthaste.session.FlightReport;
import io.posthaste.wire.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is told of a session that ended badly, and what never is. */
final class FlightRecorderTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final List<FlightReport> reports = new ArrayList<>();

    private House house(final Setup setup, final int events) {
        final House house = new House(setup.withDomains("d.test"));
        house.context.sessions.record(new FlightRecorder(events, new FlightListener() {
            @Override
            public FlightReport tryTake(final long nowNs) {
                return new FlightReport();
            }

            @Override
            public void offer(final FlightReport report) {
                reports.add(report);
            }
        }));
        house.steps();
        return house;
    }

    /** Events as {@code MAIL 250}, {@code content 3 0}, {@code reply 421}. */
    private static List<String> eventsOf(final FlightReport report) {
        final List<String> events = new ArrayList<>();
        for (int i = 0; i < report.told(); i++) {
            final Verb verb = report.verb(i);
            final String what = verb != null
                    ? verb.name()
                    : report.isContent(i) ? "content " + report.length(i) : report.isTls(i) ? "tls" : "reply";
            events.add(what + " " + report.code(i));
        }
        return events;
    }

    private FlightReport onlyReport() {
        assertEquals(1, reports.size());
        return reports.get(0);
    }

    @Test
    void shouldTellWhatASessionDidBeforeItsLimit() {
        try (House house = house(Setup.INLINE.withConduct(ConductLimits.NONE.withErrors(1)), 64)) {
            final Client client = house.connect().replies(220);
            house.passes(2 * MS);
            client.sends("EHLO c.test", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "RCPT TO:<x@y.test>");
            house.passes(3 * MS);
            client.sends("DATA", "x", ".", "FROBNICATE secret", "AUTH PLAIN c2VjcmV0")
                    .replies(250, 250, 250, 550, 354, 250, 500, 502, 421);
            client.closes().isClosed();
            final FlightReport report = onlyReport();
            assertEquals(
                    List.of(
                            "EHLO 250",
                            "MAIL 250",
                            "RCPT 250",
                            "RCPT 550",
                            "DATA 354",
                            "content 3 0",
                            "reply 250",
                            "UNKNOWN 500",
                            "AUTH 502",
                            "reply 421"),
                    eventsOf(report));
            assertEquals(CloseReason.ERROR_LIMIT, report.reason());
            assertEquals("192.0.2.1", report.peer().toString());
            assertEquals("c.test", report.hello());
            assertEquals(10, report.events());
            assertEquals(2 * MS, report.timeNs(0));
            assertEquals(5 * MS, report.timeNs(4));
            assertEquals(5 * MS, report.durationNs());
            assertEquals(Reply.RELAY_DENIED, report.reply(3));
            assertNull(report.reply(0), "made for this client");
            assertEquals(Reply.TOO_MANY_ERRORS, report.reply(9));
            assertEquals(" FROM:<a@b.test>", report.text(1));
            assertEquals(" TO:<x@y.test>", report.text(3));
        }
    }

    /** Nothing that a client sends but the envelope: no content, no secret, no name of a command. */
    @Test
    void shouldKeepNoOctetsButThoseOfTheEnvelope() {
        try (House house = house(Setup.INLINE, 64)) {
            final Client client = house.connect().replies(220);
            client.sends("EHLO c.test", "AUTH PLAIN AHVzZXIAc2VjcmV0", "c2VjcmV0", "VRFY secret", "NOOP secret");
            client.sends("BDAT secret");
            client.closes().isClosed();
            final FlightReport report = onlyReport();
            assertEquals(CloseReason.LOST_STEP, report.reason());
            for (int i = 0; i < report.told(); i++) {
                assertEquals("", report.text(i));
            }
            assertEquals(" PLAIN AHVzZXIAc2VjcmV0".length(), report.length(1));
        }
    }

    @Test
    void shouldTellOfTimeoutsBreaksAndFaults() {
        try (House house = house(Setup.INLINE, 256)) {
            house.connect().replies(220);
            house.passes(Setup.INLINE.limits().commandTimeoutNs() + Deadlines.TICK_NS);
            house.passes(Farewell.LINGER_NS + Deadlines.TICK_NS);
            assertEquals(CloseReason.COMMAND_TIMEOUT, onlyReport().reason());
            assertEquals(List.of("reply 421"), eventsOf(onlyReport()));
            assertEquals("EXPECT_HELLO", onlyReport().state());
            reports.clear();

            house.connect().startsData().resets();
            assertEquals(CloseReason.CONNECTION_RESET, onlyReport().reason());
            assertEquals("EXPECT_CONTENT", onlyReport().state());
            reports.clear();

            house.connect().startsData().closes();
            assertEquals(CloseReason.PEER_CLOSED_IN_TRANSACTION, onlyReport().reason());
            reports.clear();

            house.deliveryFailure = new IllegalStateException("a fault");
            house.connect().startsData().sends("x", ".").isClosed();
            assertEquals(CloseReason.INTERNAL_ERROR, onlyReport().reason());
            house.deliveryFailure = null;
        }
    }

    @Test
    void shouldNotTellOfSessionsThatEndInOrder() {
        try (House house = house(Setup.INLINE, 64)) {
            house.connect().startsData().sends("x", ".", "QUIT").isClosed();
            house.connect().sends("EHLO c.test").closes().isClosed();
            house.connect().resets().isClosed();
            final Client draining = house.connect();
            draining.drain();
            draining.closes().isClosed();
            assertTrue(reports.isEmpty());
        }
    }

    /** What others did is not told of this one, and what they have overwritten is left out. */
    @Test
    void shouldTellSessionsApartWithinTheSameRing() {
        try (House house = house(Setup.INLINE, 64)) {
            final Client one = house.connect().sends("EHLO one.test");
            final Client other = house.connect().sends("EHLO other.test");
            for (int i = 0; i < 10; i++) {
                one.sends("NOOP");
                other.sends("RSET");
            }
            one.sends("BDAT").closes().isClosed();
            final List<String> told = eventsOf(onlyReport());
            assertEquals(12, told.size());
            assertFalse(told.contains("RSET 250"));
            for (int i = 0; i < 60; i++) {
                house.connect().sends("EHLO third.test").closes();
            }
            reports.clear();
            other.sends("BDAT").closes().isClosed();
            assertEquals("other.test", onlyReport().hello());
            assertEquals(12, onlyReport().events());
            assertEquals("BDAT 421", eventsOf(onlyReport()).get(onlyReport().told() - 1));
            assertTrue(onlyReport().told() < 12, "told " + onlyReport().told());
        }
    }

    @Test
    void shouldTellTheLastEventsOfALongSession() {
        try (House house = house(Setup.INLINE, 1024)) {
            final Client client = house.connect().sends("EHLO c.test");
            for (int i = 0; i < 100; i++) {
                client.sends("NOOP");
            }
            client.sends("MAIL FROM:<" + "x".repeat(60) + "@b.test>").resets();
            assertEquals(FlightReport.MOST_EVENTS, onlyReport().told());
            assertEquals(102, onlyReport().events());
            final int last = FlightReport.MOST_EVENTS - 1;
            assertEquals(" FROM:<" + "x".repeat(33), onlyReport().text(last));
            assertEquals(75, onlyReport().length(last));
        }
    }

    @Test
    void shouldTakeAFixedAmountOfMemory() {
        assertEquals(0, FlightRecorder.OFF.octets());
        assertEquals(64L * 4096, new FlightRecorder(4096, FlightListener.NONE).octets());
    }
}
