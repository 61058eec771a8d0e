package io.posthaste.loadtest.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.verify.VerifyDelivery;
import io.posthaste.server.SmtpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a real sink, each side with code of its own. Time passes only when the ledger pauses. */
@Timeout(60)
class SinkLedgerTest {
    private static final long QUIET_NS = 5_000;
    private static final long INTERVAL_NS = 1_000;

    private SmtpServer sink;
    private Sender sender;
    private final SteppedClock clock = new SteppedClock();

    @BeforeEach
    void start() throws IOException {
        sink = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .reactors(2)
                .deliverTo(new VerifyDelivery())
                .start();
        sender = new Sender(sink.port());
    }

    @AfterEach
    void stop() throws IOException {
        sender.close();
        sink.close();
    }

    @Test
    void shouldAgreeWithTheSinkOnACleanRun() throws IOException, InterruptedException {
        final SinkLedger ledger = open(Messages.RUN);
        for (int i = 0; i < 300; i++) {
            sender.sends(Messages.stamped(i, 1 + i % 3), 1 + i % 3);
        }
        final Reconciliation result = ledger.await(AcceptedMessages.all(300), QUIET_NS, INTERVAL_NS);
        assertTrue(result.isClean(), result.text().toString());
        assertEquals(300, result.evidence().counts().received());
        assertEquals(300, result.evidence().delays().count());
        assertTrue(result.evidence().delays().max() < 60_000_000, result.text().toString());
        assertEquals(0, clock.pauses, "all was there");
        assertEquals(3, result.text().stream().filter(line -> !line.isBlank()).count() - 1);
    }

    @Test
    void shouldTellEveryKindOfTrouble() throws IOException, InterruptedException {
        sender.sends("Subject: before the run\r\n\r\n", 1);
        final SinkLedger ledger = open(Messages.RUN);
        sender.sends(Messages.stamped(0, 1), 1)
                .sends("Received: from relay.example\r\n\tby mx\r\n" + Messages.stamped(1, 1), 1)
                .sends(Messages.stamped(1, 1), 1)
                .sends(Messages.stamped(2, 1).replace("Bye", "bye"), 1)
                .sends(Messages.stamped(3, 3), 1)
                .sends(Messages.stamped(3, 3), 2)
                .sends(Messages.stamped(4, 3), 1)
                .sends(Messages.stamped(7, 1), 1)
                .sends(Messages.stamped(8, 1).replace("seq=0", "seq=1"), 1)
                .sends("Subject: bounce\r\n\r\n" + Messages.stamped(9, 1), 1);
        final Reconciliation result =
                ledger.await(ReconciliationTest.accepted(12, 0, 1, 2, 3, 4, 5, 8, 11), QUIET_NS, INTERVAL_NS);
        assertEquals("[5, 8, 11]", result.lost().list().toString());
        assertEquals("[4]", result.partial().list().toString());
        assertEquals(1, result.unacknowledged(), "number 7");
        final Evidence evidence = result.evidence();
        assertEquals(new Evidence.Counts(7, 5, 1, 1, 1, 1, 0), evidence.counts());
        assertEquals(new Evidence.Strangers(1, 1, 0), evidence.strangers());
        assertFalse(result.isClean());
        assertEquals(5, clock.pauses, "until it was quiet for long enough");
        final List<String> text = result.text();
        assertEquals("arrived      5 of 8 acknowledged, 4 whole; 1 not acknowledged", text.get(1));
        assertEquals(
                "found        3 lost, 1 lost in part, 1 duplicated (1 deliveries too many), 1 corrupted", text.get(2));
    }

    @Test
    void shouldWaitWhileSomethingNewComes() throws IOException, InterruptedException {
        final SinkLedger ledger = open(Messages.RUN);
        for (int i = 0; i < 20; i++) {
            final int sequence = i / 2;
            clock.then(sequence == i - sequence ? () -> sender.sends(Messages.stamped(sequence, 1), 1) : () -> {});
        }
        final Reconciliation result = ledger.await(AcceptedMessages.all(10), QUIET_NS, INTERVAL_NS);
        assertTrue(result.isClean(), result.text().toString());
        assertEquals(19, clock.pauses);
    }

    @Test
    void shouldWaitForWhatWasAcknowledgedThoughAsManyOthersCame() throws IOException, InterruptedException {
        final SinkLedger ledger = open(Messages.RUN);
        sender.sends(Messages.stamped(0, 1), 1);
        clock.then(() -> {}).then(() -> sender.sends(Messages.stamped(1, 1), 1));
        final Reconciliation result = ledger.await(ReconciliationTest.accepted(2, 1), QUIET_NS, INTERVAL_NS);
        assertTrue(result.isClean());
        assertEquals(1, result.unacknowledged());
        assertEquals(2, clock.pauses);
    }

    @Test
    void shouldReadGapsOverManyReplies() throws IOException {
        final SinkLedger ledger = open(Messages.RUN);
        for (int i = 0; i < 400; i++) {
            sender.sends(Messages.stamped(3 * i + 2, 2 - i % 2), 1);
        }
        final Reconciliation result = ledger.reconcile(AcceptedMessages.all(1_200));
        assertEquals(800, result.lost().count());
        assertEquals(400, result.lost().list().size());
        assertEquals(200, result.partial().count());
        assertEquals(new Ranges.Range(1_197, 1_198), result.lost().list().get(399));
    }

    @Test
    void shouldNotMistakeAFullSinkForLoss() throws IOException {
        for (int i = 0; i < 16; i++) {
            sender.sends(Messages.stamped(String.format("%016x", i), 0, 0, 1, ""), 1);
        }
        final SinkLedger ledger = open(Messages.RUN);
        sender.sends(Messages.stamped(0, 1), 1);
        final IOException failure = assertThrows(IOException.class, () -> ledger.reconcile(AcceptedMessages.all(1)));
        assertTrue(failure.getMessage().contains("no room for another run"), failure.getMessage());
    }

    @Test
    void shouldSayThatAServerDoesNotVerify() throws IOException {
        try (SmtpServer plain = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .deliverTo("discard:")
                .start()) {
            final InetSocketAddress address = new InetSocketAddress("127.0.0.1", plain.port());
            final IOException failure =
                    assertThrows(IOException.class, () -> SinkLedger.open(address, Messages.RUN, clock));
            assertTrue(failure.getMessage().contains("does not verify"), failure.getMessage());
        }
    }

    @Test
    void shouldSayThatNobodyListens() throws IOException {
        final InetSocketAddress address = new InetSocketAddress("127.0.0.1", sink.port());
        sender.close();
        sink.close();
        final IOException failure =
                assertThrows(IOException.class, () -> SinkLedger.open(address, Messages.RUN, clock));
        assertTrue(failure.getMessage().contains("cannot be asked"), failure.getMessage());
    }

    @Test
    void shouldRefuseRunsThatAreNone() {
        assertThrows(IllegalArgumentException.class, () -> open("0123456789ABCDEF"));
        assertThrows(IllegalArgumentException.class, () -> open("0123"));
    }

    @Test
    void shouldRefuseRepliesThatAreNotNumbers() throws IOException {
        for (final String line : List.of("highest=x", "gap=1", "gap=-", "part=1-x", "next=")) {
            assertThrows(IOException.class, () -> VerifyClient.Answer.of(List.of("2.0.0 " + line)), line);
        }
        final VerifyClient.Answer answer = VerifyClient.Answer.of(List.of("2.0.0 a=1 run=x", "2.0.0 gap=1-2 part=3-3"));
        assertEquals(1, answer.figure("a"));
        assertEquals(List.of(new Ranges.Range(1, 2)), answer.gaps());
        assertEquals(List.of(new Ranges.Range(3, 3)), answer.parts());
        assertThrows(IOException.class, () -> answer.figure("b"));
    }

    private SinkLedger open(String run) throws IOException {
        return SinkLedger.open(new InetSocketAddress("127.0.0.1", sink.port()), run, clock);
    }

    /** What may happen while the ledger pauses. */
    @FunctionalInterface
    private interface Event {
        void happen() throws IOException;
    }

    private static final class SteppedClock implements SinkLedger.Clock {
        private final Deque<Event> events = new ArrayDeque<>();
        private long nowNs;
        private int pauses;

        SteppedClock then(Event event) {
            events.add(event);
            return this;
        }

        @Override
        public long nowNs() {
            return nowNs;
        }

        @Override
        public void pause(long durationNs) {
            nowNs += durationNs;
            pauses++;
            if (!events.isEmpty()) {
                try {
                    events.remove().happen();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
