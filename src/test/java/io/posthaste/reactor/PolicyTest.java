package io.posthaste.reactor;

import static io.posthaste.reactor.Dialogue.that;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.AccessRules;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.Policy;
import io.posthaste.policy.Question;
import io.posthaste.policy.TlsLimits;
import io.posthaste.policy.Verdict;
import io.posthaste.session.Session;
import io.posthaste.tls.TlsEngineChoice;
import io.posthaste.tls.TlsFixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies of one's own: asked in order, answering at once, later, badly or never. */
final class PolicyTest {
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(7);

    private final LatePolicy policy = new LatePolicy();
    private House house = new House(setup(policy));

    private static Setup setup(final Policy... policies) {
        return Setup.INLINE.withAccess(
                AccessRules.OPEN.withPolicies(List.of(policies)).withPolicyTimeoutNs(TIMEOUT_NS));
    }

    private void furnish(final Setup setup) {
        house.close();
        house = new House(setup);
    }

    @AfterEach
    void everythingIsHome() {
        house.close();
        assertEquals(0, house.count(Counter.INTERNAL_ERRORS));
    }

    private void answers() {
        assertTrue(house.policyAnswers(), "nothing was asked");
    }

    // ---- whole dialogues

    @ParameterizedTest(name = "{0}")
    @MethodSource("dialogues")
    void shouldAnswerTheSameAtEverySplitWhateverTheTimeOfTheAnswers(final Dialogue dialogue) {
        DialogueRunner.run(dialogue);
    }

    static Stream<Dialogue> dialogues() {
        final LatePolicy prompt = new LatePolicy();
        prompt.atOnce = true;
        return Stream.of(
                        setup(prompt),
                        setup(new LatePolicy()),
                        setup(new LatePolicy(), prompt, new LatePolicy()),
                        setup(new LatePolicy()).withQueue(8))
                .flatMap(PolicyTest::dialoguesWith);
    }

    private static Stream<Dialogue> dialoguesWith(final Setup setup) {
        final String mail = "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n";
        return Stream.of(
                that("everything is allowed")
                        .with(setup)
                        .sendsOctets("EHLO client.test\r\n" + mail + "x\r\n.\r\n" + mail + "y\r\n.\r\nQUIT\r\n")
                        .replies(250, 250, 250, 354, 250, 250, 250, 354, 250, 221)
                        .delivers("x\r\n")
                        .delivers("y\r\n"),
                that("some recipients are refused")
                        .with(setup)
                        .greets()
                        .sends("MAIL FROM:<a@b.test>", "RCPT TO:<no@d.test>", "RCPT TO:<c@d.test>")
                        .replies(250, 550, 250)
                        .sends("RCPT TO:<later@d.test>", "DATA", "x", ".", "NOOP")
                        .replies(451, 354, 250, 250)
                        .delivers("x\r\n"),
                that("all recipients are refused")
                        .with(setup)
                        .greets()
                        .sends("MAIL FROM:<a@b.test>", "RCPT TO:<no@d.test>", "DATA", "RSET", "QUIT")
                        .replies(250, 550, 554, 250, 221),
                that("a sender is refused, then another taken")
                        .with(setup)
                        .greets()
                        .sends("MAIL FROM:<no@b.test>", "RCPT TO:<c@d.test>", "MAIL FROM:<a@b.test>", "RSET")
                        .replies(550, 503, 250, 250),
                that("malformed commands are not asked about")
                        .with(setup)
                        .greets()
                        .sends("MAIL FROM:<no", "RCPT TO:<no@d.test>", "MAIL FROM:<>", "RCPT TO:<no", "VRFY no")
                        .replies(501, 503, 250, 501, 252),
                that("421 ends the session")
                        .with(setup)
                        .greets()
                        .sends("MAIL FROM:<a@b.test>", "RCPT TO:<bye@d.test>", "NOOP")
                        .replies(250, 421),
                that("chunks behind a recipient that waits")
                        .with(setup)
                        .greets()
                        .sendsOctets("MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nBDAT 3 LAST\r\nx\r\nNOOP\r\n")
                        .replies(250, 250, 250, 250)
                        .delivers("x\r\n"),
                that("chunks behind a recipient that is refused")
                        .with(setup)
                        .greets()
                        .sendsOctets("MAIL FROM:<a@b.test>\r\nRCPT TO:<no@d.test>\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n")
                        .replies(250, 550, 554, 250));
    }

    // ---- the greeting

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldOnlyTakeQuitFromAClientRefusedAtTheGreeting(final boolean atOnce) {
        policy.atOnce = atOnce;
        policy.ofClient = Verdict.refuse(550, "5.7.1", "No service");
        final Client client = house.connect();
        if (!atOnce) {
            client.repliesNothing();
            answers();
        }
        client.replies(554);
        assertEquals("554 5.7.1 No service\r\n", client.lastReply());
        client.sends("EHLO a", "MAIL FROM:<a@b>", "STARTTLS", "NOOP").replies(503, 503, 503, 503);
        client.sendsOctets("BDAT 6 LAST\r\nQUIT\r\n").replies(503).isOpen();
        client.sends("QUIT").replies(221).isClosed();
        assertEquals(1, house.count(Counter.POLICY_REFUSALS));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldCloseAClientThatIsDeferredAtTheGreeting(final boolean atOnce) {
        policy.atOnce = atOnce;
        policy.ofClient = Verdict.DEFER;
        final Client client = house.connect();
        if (!atOnce) {
            answers();
        }
        client.replies(421).closes().isClosed();
        assertEquals(1, house.closes(CloseReason.POLICY));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNotWaitLongForARefusedClientToQuit(final boolean atOnce) {
        policy.atOnce = atOnce;
        policy.ofClient = LatePolicy.NO;
        final Client client = house.connect();
        if (!atOnce) {
            answers();
        }
        client.replies(554);
        house.passes(Session.REFUSED_CLIENT_TIMEOUT_NS - Deadlines.TICK_NS);
        client.sends("NOOP").replies(503);
        house.passes(Session.REFUSED_CLIENT_TIMEOUT_NS - Deadlines.TICK_NS);
        client.repliesNothing();
        house.passes(3 * Deadlines.TICK_NS);
        client.replies(421);
        assertEquals(1, house.closes(CloseReason.COMMAND_TIMEOUT) + house.context.lingering);
    }

    @Test
    void shouldGreetWhenThePolicyAgreesAndThenTakeWhatCameAhead() {
        final Client client =
                house.connect().sends("EHLO a", "NOOP").repliesNothing().isReadFrom(false);
        answers();
        client.replies(220, 250, 250).isReadFrom(true);
    }

    @Test
    void shouldAskBehindTheGreetingDelay() {
        furnish(setup(policy)
                .withConduct(
                        ConductLimits.NONE.withGreetingDelay(1_000_000_000, ConductLimits.DEFAULTS.earlyTalker())));
        final Client client = house.connect();
        assertEquals(0, policy.asked.size());
        house.passes(1_000_000_000 + 2 * Deadlines.TICK_NS);
        client.repliesNothing();
        answers();
        client.replies(220);
    }

    @Test
    void shouldAskBehindTheHandshakeWhereTlsComesFirst() {
        house.close();
        house = new House(setup(policy), TlsLimits.DEFAULTS, TlsEngineChoice.JDK);
        final Client client = house.connectSecurely();
        final TlsClient tls =
                new TlsClient(house, client, TlsFixtures.trustingAnyone(), "TLSv1.3", () -> Integer.MAX_VALUE);
        tls.talksBehindHandshake("EHLO a\r\n").replies();
        assertEquals(List.of("connect 192.0.2.1 '' true '' <> <>"), policy.asked);
        answers();
        tls.sends("NOOP").replies(220, 250, 250);
    }

    // ---- waiting

    @Test
    void shouldTellWhatIsAskedAbout() {
        final Client client = house.connect();
        answers();
        client.sends("EHLO client.test", "MAIL FROM:<a@b.test>");
        answers();
        client.sends("RCPT TO:<\"x y\"@d.test>");
        answers();
        client.replies(220, 250, 250, 250);
        assertEquals(
                List.of(
                        "connect 192.0.2.1 '' false '' <> <>",
                        "sender 192.0.2.1 'client.test' false '' <a@b.test> <>",
                        "recipient 192.0.2.1 'client.test' false '' <a@b.test> <\"x y\"@d.test>"),
                policy.asked);
        assertEquals(3, house.count(Counter.POLICY_WAITS));
    }

    @Test
    void shouldNotLetAQuestionBeUsedLater() {
        final List<Question> kept = new ArrayList<>();
        furnish(setup(new Policy() {
            @Override
            public CompletionStage<Verdict> onConnect(final Question question) {
                kept.add(question);
                return Verdict.ACCEPT.now();
            }
        }));
        house.connect().replies(220);
        final Question question = kept.get(0);
        for (final Runnable use : List.<Runnable>of(
                question::clientAddress,
                question::helloName,
                question::isSecure,
                question::user,
                question::sender,
                question::recipient)) {
            assertThrows(IllegalStateException.class, use::run);
        }
    }

    @Test
    void shouldServeOthersWhileOneWaits() {
        final Client waiting = house.connect();
        answers();
        waiting.sends("EHLO a", "MAIL FROM:<a@b>", "NOOP").replies(220, 250);
        final Client other = house.connect();
        final LatePolicy.Pending first = policy.pending.removeFirst();
        answers();
        other.sends("EHLO b", "NOOP").replies(220, 250, 250);
        policy.pending.add(first);
        answers();
        waiting.replies(250, 250);
    }

    @Test
    void shouldAnswer451WhenThereIsNoAnswerInTime() {
        final Client client = house.connect();
        answers();
        client.sends("EHLO a", "MAIL FROM:<a@b>", "NOOP").replies(220, 250);
        house.passes(TIMEOUT_NS - Deadlines.TICK_NS);
        client.repliesNothing();
        house.passes(3 * Deadlines.TICK_NS);
        client.replies(451, 250);
        assertEquals(1, house.count(Counter.POLICY_TIMEOUTS));
        assertEquals(0, house.count(Counter.POLICY_REFUSALS));
        client.sends("MAIL FROM:<a@b>");
        assertEquals(2, policy.pending.size());
        answers(); // the late one
        client.repliesNothing();
        assertEquals(1, house.count(Counter.POLICY_ANSWERS_TOO_LATE));
        answers();
        client.replies(250);
    }

    @Test
    void shouldAnswer421WhenThereIsNoAnswerInTimeAtTheGreeting() {
        final Client client = house.connect();
        house.passes(TIMEOUT_NS + 3 * Deadlines.TICK_NS);
        client.replies(421).closes().isClosed();
        assertEquals(1, house.closes(CloseReason.POLICY));
        answers();
        assertEquals(1, house.count(Counter.POLICY_ANSWERS_TOO_LATE));
    }

    @Test
    void shouldTimeEachWaitByItself() {
        final Client client = house.connect();
        answers();
        client.sends("EHLO a", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", "RCPT TO:<e@d>");
        for (int i = 0; i < 3; i++) {
            house.passes(TIMEOUT_NS - 2 * Deadlines.TICK_NS);
            answers();
        }
        client.replies(220, 250, 250, 250, 250);
        // Back to the time for commands.
        house.passes(TIMEOUT_NS * 2);
        client.repliesNothing().isOpen();
    }

    @Test
    void shouldNotGiveAnAnswerToTheNextUserOfTheConnectionObject() {
        final Client lost = house.connect();
        answers();
        lost.sends("EHLO a", "MAIL FROM:<no@b>").vanishes();
        policy.atOnce = true;
        final Client next = house.connect();
        policy.atOnce = false;
        next.sends("EHLO b", "MAIL FROM:<a@b>").replies(220, 250);
        assertEquals(2, policy.pending.size());
        answers(); // for the one lost
        next.repliesNothing();
        answers();
        next.replies(250);
        assertEquals(1, house.count(Counter.POLICY_ANSWERS_TOO_LATE));
    }

    @Test
    void shouldTakeAnAnswerOnce() {
        final Client client = house.connect();
        final LatePolicy.Pending pending = policy.pending.peek();
        answers();
        assertEquals(false, pending.answer().complete(LatePolicy.NO));
        assertEquals(false, pending.answer().completeExceptionally(new IllegalStateException("planted")));
        house.steps();
        client.replies(220).sends("NOOP").replies(250);
    }

    @Test
    void shouldNoticeAClientThatLeftMeanwhile() {
        final Client closed = house.connect().closes().isOpen();
        answers();
        closed.isClosed().replies(220);
        final Client reset = house.connect().resets();
        answers();
        reset.isClosed();
        assertEquals(1, house.closes(CloseReason.PEER_CLOSED));
        policy.ofClient = LatePolicy.NO;
        final Client refused = house.connect();
        answers();
        refused.replies(554).resets().isClosed();
        assertEquals(2, house.closes(CloseReason.CONNECTION_RESET));
    }

    @Test
    void shouldEndASessionThatWaitsWhenTheServerStops() {
        final Client atGreeting = house.connect();
        atGreeting.drain();
        atGreeting.replies(421);
        policy.atOnce = true;
        final Client inTransaction =
                house.connect().sends("EHLO a", "MAIL FROM:<a@b>").replies(220, 250, 250);
        policy.atOnce = false;
        inTransaction.sends("RCPT TO:<c@d>", "RSET");
        inTransaction.drain();
        inTransaction.repliesNothing();
        while (house.policyAnswers()) {
            inTransaction.isOpen();
        }
        inTransaction.replies(250, 250, 421);
    }

    @Test
    void shouldWaitForAReaderBeforeTheTimeOfAPolicyRuns() {
        final Client client = house.connect();
        answers();
        client.replies(220).stopsReading();
        client.sends("EHLO a", "MAIL FROM:<a@b>");
        house.passes(2 * TIMEOUT_NS);
        client.readsAgain().replies(250);
        house.passes(TIMEOUT_NS - Deadlines.TICK_NS);
        client.repliesNothing();
        house.passes(3 * Deadlines.TICK_NS);
        client.replies(451);
    }

    @Test
    void shouldAnswerAClientThatReadsAgainAfterTheVerdict() {
        final Client client = house.connect();
        answers();
        client.replies(220).stopsReading();
        client.sends("EHLO a", "MAIL FROM:<a@b>", "NOOP");
        answers();
        client.repliesNothing().readsAgain().replies(250, 250, 250);
    }

    // ---- policies that fail

    @Test
    void shouldAnswer451ForAPolicyThatFails() {
        final List<CompletionStage<Verdict>> answers = List.of(
                CompletableFuture.failedFuture(new IllegalStateException("planted")),
                CompletableFuture.completedFuture(null),
                CompletableFuture.supplyAsync(
                        () -> {
                            throw new IllegalStateException("planted");
                        },
                        Runnable::run));
        final List<CompletionStage<Verdict>> left = new ArrayList<>(answers);
        furnish(setup(new Policy() {
            @Override
            public CompletionStage<Verdict> onSender(final Question question) {
                if (left.isEmpty()) {
                    throw new IllegalStateException("planted");
                }
                return left.remove(0);
            }
        }));
        final Client client = house.connect().sends("EHLO a").replies(220, 250);
        for (int i = 0; i < answers.size() + 1; i++) {
            client.sends("MAIL FROM:<a@b>").replies(451);
        }
        assertEquals(answers.size() + 1, house.count(Counter.POLICY_FAILURES));
        assertEquals(0, house.count(Counter.POLICY_REFUSALS));
    }

    @Test
    void shouldAnswer451ForAPolicyThatFailsLater() {
        final Client client = house.connect();
        answers();
        client.sends("EHLO a", "MAIL FROM:<a@b>", "MAIL FROM:<a@b>", "MAIL FROM:<a@b>")
                .replies(220, 250);
        policy.pending.removeFirst().answer().completeExceptionally(new IllegalStateException("planted"));
        house.steps();
        policy.pending.removeFirst().answer().complete(null);
        house.steps();
        policy.pending.removeFirst().answer().cancel(true);
        house.steps();
        client.replies(451, 451, 451);
        assertEquals(3, house.count(Counter.POLICY_FAILURES));
    }

    @Test
    void shouldCountRefusedRecipientsAgainstTheLimit() {
        furnish(setup(policy).withConduct(ConductLimits.NONE.withRefusedRecipients(1)));
        final Client client = house.connect();
        client.sends("EHLO a", "MAIL FROM:<a@b>", "RCPT TO:<no@d>", "RCPT TO:<no@d>", "NOOP");
        for (int i = 0; i < 4; i++) {
            answers();
        }
        client.replies(220, 250, 250, 550, 550, 421);
    }
}
