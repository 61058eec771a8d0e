package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.posthaste.envelope.Doorbell;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.HandOff;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.envelope.TlsParameters;
import io.posthaste.envelope.Via;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.policy.AccessRules;
import io.posthaste.policy.AddressList;
import io.posthaste.policy.AuthRules;
import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.ClientTable;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.Limits;
import io.posthaste.policy.LoadGauge;
import io.posthaste.policy.LoadLimits;
import io.posthaste.policy.Policy;
import io.posthaste.policy.Question;
import io.posthaste.policy.RecipientPolicy;
import io.posthaste.policy.SessionRules;
import io.posthaste.policy.Verdict;
import io.posthaste.session.Intent;
import io.posthaste.session.Peer;
import io.posthaste.session.Session;
import io.posthaste.session.SessionContext;
import io.posthaste.session.SessionProfile;
import io.posthaste.session.TlsGate;
import io.posthaste.session.TransactionListener;
import io.posthaste.session.VerdictQueue;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines about refused senders and recipients, and about logins, in whole dialogues. */
final class AccessLogTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String ID = "id=[0-9a-z]{22}";

    @TempDir
    private Path directory;

    private final BlockPool pool = new BlockPool(16 << 20);
    private final EnvelopePool envelopes = new EnvelopePool(pool, new ReceiptQueue(2, new Doorbell(() -> {})));
    private final ReactorMetrics metrics = new ReactorMetrics();
    private final VerdictQueue verdicts = new VerdictQueue(new Doorbell(() -> {}));
    private final ByteBuffer out = ByteBuffer.allocate(64 * 1024);
    private final List<String> lines = new ArrayList<>();
    private final AccessLog log = new AccessLog(1000, metrics, lines::add, () -> 0);

    private AccessRules access = AccessRules.OPEN;
    private RecipientPolicy recipients = RecipientPolicy.ofDomains(List.of("here.example"));
    private Limits limits = Limits.DEFAULTS;
    private ClientTable clients = ClientTable.OFF;
    private LoadGauge load = LoadGauge.OFF;
    private TransactionListener listener = TransactionListener.NONE;
    private Peer peer;
    private CompletableFuture<Verdict> pending;
    private Verdict answer;
    private long nowNs;

    @BeforeEach
    void beginsWithAClient() throws IOException {
        peer = new Peer(InetAddress.getByName("192.0.2.1"));
    }

    @AfterEach
    void everythingIsHome() {
        assertEquals(0, pool.inUseOctets());
        assertEquals(0, envelopes.inUse());
        assertEquals(0, metrics.count(Counter.INTERNAL_ERRORS));
    }

    // ---- refusals

    @Test
    void shouldTellOfARelayDeniedWithItsTransaction() throws IOException {
        assertEquals("250 550", talks("MAIL FROM:<a@client.example>", "RCPT TO:<c@elsewhere.example>"));
        isTold(
                "reject=rcpt reason=relay_denied code=550 status=5\\.7\\.1 peer=192\\.0\\.2\\.1 helo=\"client\\.example\" "
                        + ID + " from=\"a@client\\.example\" to=\"c@elsewhere\\.example\"");
    }

    @Test
    void shouldTellOfAnUnknownRecipientOfTheNullSender() throws IOException {
        final Path list = Files.writeString(directory.resolve("recipients"), "known@here.example\n");
        final AddressList known = AddressList.readRecipients(list);
        recipients = RecipientPolicy.ofList(List.of(), () -> known, (byte) 0);
        assertEquals(
                "250 550 250", talks("MAIL FROM:<>", "RCPT TO:<unknown@here.example>", "RCPT TO:<known@here.example>"));
        isTold("reject=rcpt reason=recipient_unknown code=550 status=5\\.1\\.1 peer=192\\.0\\.2\\.1"
                + " helo=\"client\\.example\" " + ID + " from=\"\" to=\"unknown@here\\.example\"");
    }

    @Test
    void shouldTellOfABlockedSender() throws IOException {
        final Path list = Files.writeString(directory.resolve("senders"), "@spam.example\n");
        final AddressList blocked = AddressList.read(list);
        access = access.withBlockedSenders(() -> blocked);
        assertEquals("550 250", talks("MAIL FROM:<a@spam.example>", "MAIL FROM:<a@fine.example>"));
        isTold("reject=mail reason=sender_blocked code=550 status=5\\.7\\.1 peer=192\\.0\\.2\\.1"
                + " helo=\"client\\.example\" from=\"a@spam\\.example\"");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellWhichListHasTheClient(final boolean late) throws IOException {
        final Verdict listed =
                Verdict.refuse(550, "5.7.1", "Listed: \"why\" \\ http://x").by("bl.example.org");
        access = access.withPolicies(List.of(recipientPolicy(listed, late)));
        assertEquals("250 550", talks("MAIL FROM:<a@client.example>", "RCPT TO:<c@here.example>"));
        isTold("reject=rcpt reason=listed code=550 status=5\\.7\\.1 peer=192\\.0\\.2\\.1 helo=\"client\\.example\" "
                + ID
                + " from=\"a@client\\.example\" to=\"c@here\\.example\" list=\"bl\\.example\\.org\""
                + " text=\"Listed: \\\\\"why\\\\\" \\\\\\\\ http://x\"");
    }

    @Test
    void shouldTellWhatAPolicySaysToMail() throws IOException {
        access = access.withPolicies(List.of(new Policy() {
            @Override
            public CompletionStage<Verdict> onSender(final Question question) {
                return Verdict.refuse(421, "4.7.0", "Bye").now();
            }
        }));
        assertEquals("421", talks("MAIL FROM:<a@client.example>"));
        isTold("reject=mail reason=policy code=421 status=4\\.7\\.0 peer=192\\.0\\.2\\.1 helo=\"client\\.example\""
                + " from=\"a@client\\.example\" text=\"Bye\"");
    }

    @Test
    void shouldTellWhenAPolicyFails() throws IOException {
        access = access.withPolicies(List.of(new Policy() {
            @Override
            public CompletionStage<Verdict> onSender(final Question question) {
                throw new IllegalStateException("the test's policy fails, as it should");
            }
        }));
        assertEquals("451", talks("MAIL FROM:<a@client.example>"));
        isTold("reject=mail reason=policy_unavailable code=451 status=4\\.7\\.1 peer=192\\.0\\.2\\.1 .*");
    }

    /** What is refused before it is read is read for the line. */
    @Test
    void shouldTellTheSenderOfMailThatNeedsALogin() throws IOException {
        access = access.withAuth(new AuthRules(this::verify, true, 3));
        assertEquals("530 530", talks("MAIL FROM:<a@client.example>", "MAIL FROM:<a@"));
        isTold(
                "reject=mail reason=authentication_required code=530 status=5\\.7\\.0 peer=192\\.0\\.2\\.1"
                        + " helo=\"client\\.example\" from=\"a@client\\.example\"",
                "reject=mail reason=authentication_required code=530 status=5\\.7\\.0 peer=192\\.0\\.2\\.1"
                        + " helo=\"client\\.example\"");
    }

    @Test
    void shouldTellWhichRateOfTheClientIsUsedUp() throws IOException {
        clients = new ClientTable(
                ClientLimits.NONE
                        .withMessagesPerMinute(1)
                        .withRecipientsPerMinute(1)
                        .withExempt(List.of()),
                100,
                0);
        assertEquals(
                "250 250 451 250 451",
                talks(
                        "MAIL FROM:<a@client.example>",
                        "RCPT TO:<c@here.example>",
                        "RCPT TO:<d@here.example>",
                        "RSET",
                        "MAIL FROM:<b@client.example>"));
        isTold(
                "reject=rcpt reason=client_recipient_rate code=451 status=4\\.7\\.0 .* from=\"a@client\\.example\""
                        + " to=\"d@here\\.example\"",
                "reject=mail reason=client_message_rate code=451 status=4\\.7\\.0 .* from=\"b@client\\.example\"");
    }

    @Test
    void shouldTellOfLimitsOnAMessage() throws IOException {
        limits = limits.withRecipients(1).withMessageOctets(1000);
        assertEquals(
                "552 250 250 452",
                talks(
                        "MAIL FROM:<a@client.example> SIZE=1001",
                        "MAIL FROM:<a@client.example>",
                        "RCPT TO:<c@here.example>",
                        "RCPT TO:<d@here.example>"));
        isTold(
                "reject=mail reason=declared_size code=552 status=5\\.3\\.4 .* from=\"a@client\\.example\"",
                "reject=rcpt reason=too_many_recipients code=452 status=4\\.5\\.3 .* to=\"d@here\\.example\"");
    }

    @Test
    void shouldTellOfMailThatTheLoadRefuses() throws IOException {
        load = new LoadGauge(LoadLimits.DEFAULTS, 0);
        long timeNs = 0;
        for (int i = 0; i < 20; i++) {
            timeNs += 2 * SECOND_NS;
            load.onCycle(timeNs, 2 * SECOND_NS, 0);
        }
        assertEquals("451", talks("MAIL FROM:<a@client.example>"));
        isTold("reject=mail reason=load code=451 status=4\\.3\\.2 .* from=\"a@client\\.example\"");
    }

    @Test
    void shouldNotTellWhatIsWronglyWrittenOrOutOfOrder() throws IOException {
        assertEquals(
                "503 501 555 250 503 501 250 503",
                talks(
                        "RCPT TO:<a@elsewhere.example>",
                        "MAIL FROM:<a@",
                        "MAIL FROM:<a@client.example> X=Y",
                        "MAIL FROM:<a@client.example>",
                        "MAIL FROM:<a@client.example>",
                        "RCPT TO:<@@>",
                        "RCPT TO:<a@here.example>",
                        "MAIL FROM:<>"));
        isTold();
    }

    @Test
    void shouldTellOfABalancer() throws IOException {
        final Via via = new Via(InetAddress.getByName("10.0.0.5"), null, "id-1", null, null);
        peer = Peer.behind(via, InetAddress.getByName("2001:db8::1"));
        assertEquals("250 550", talks("MAIL FROM:<a@client.example>", "RCPT TO:<c@elsewhere.example>"));
        isTold("reject=rcpt .* peer=IPv6:2001:db8:0:0:0:0:0:1 via=10\\.0\\.0\\.5 unique_id=\"id-1\" helo=.*");
    }

    @Test
    void shouldQuoteWhatAClientSays() throws IOException {
        assertEquals(
                "250 550",
                talks(
                        "MAIL FROM:<\"login=ok \\\" peer=10.0.0.1\"@client.example>",
                        "RCPT TO:<\"a\\\\b\"@elsewhere.example>"));
        isTold(
                "reject=rcpt reason=relay_denied code=550 status=5\\.7\\.1 peer=192\\.0\\.2\\.1 helo=\"client\\.example\" "
                        + ID + " from=\"\\\\\"login=ok \\\\\\\\\\\\\" peer=10\\.0\\.0\\.1\\\\\"@client\\.example\""
                        + " to=\"\\\\\"a\\\\\\\\\\\\\\\\b\\\\\"@elsewhere\\.example\"");
    }

    /** Everything as long as it may be, and full of what is doubled. */
    @Test
    void shouldHaveRoomForTheLongestOfEverything() throws IOException {
        access = access.withAuth(new AuthRules(this::verify, false, 3))
                .withPolicies(List.of(recipientPolicy(
                        Verdict.refuse(550, "5.7.1", "\"".repeat(496)).by("l".repeat(255)), false)));
        peer = Peer.behind(
                new Via(
                        InetAddress.getByName("2001:db8:1111:2222:3333:4444:5555:6666"),
                        "a".repeat(255),
                        "u".repeat(128),
                        "t".repeat(16),
                        "c".repeat(128)),
                InetAddress.getByName("2001:db8:1111:2222:3333:4444:5555:6666"));
        final String quotes = "\"" + "\\\"".repeat(31) + "\"@" + "d".repeat(63) + "." + "e".repeat(63) + ".example";
        assertEquals(
                "250 235 250 550",
                talksSecurely(
                        "EHLO [x:" + "\"".repeat(240) + "]",
                        "AUTH PLAIN " + base64("\0" + "\"".repeat(500) + "\0right"),
                        "MAIL FROM:<" + quotes + ">",
                        "RCPT TO:<" + quotes + ">"));
        log.write();
        assertEquals(2, lines.size());
        assertTrue(lines.get(1).endsWith(" text=\"" + "\\\"".repeat(496) + "\""), lines.get(1));
        assertTrue(lines.get(1).length() < AccessLog.LINE_OCTETS, lines.get(1));
    }

    // ---- logins

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellOfEachLogin(final boolean late) throws IOException {
        access = access.withAuth(new AuthRules((user, password) -> later(verify(user, password), late), false, 3));
        assertEquals(
                "535 454 334 334 235",
                talksSecurely(
                        "AUTH PLAIN " + base64("\0ann\0wrong"),
                        "AUTH PLAIN " + base64("\0busy\0right"),
                        "AUTH LOGIN",
                        base64("ann"),
                        base64("right")));
        isTold(
                "login=failed code=535 status=5\\.7\\.8 mechanism=PLAIN peer=192\\.0\\.2\\.1 helo=\"client\\.example\""
                        + " user=\"ann\"",
                "login=unavailable code=454 status=4\\.7\\.0 mechanism=PLAIN peer=192\\.0\\.2\\.1"
                        + " helo=\"client\\.example\" user=\"busy\"",
                "login=ok code=235 status=2\\.7\\.0 mechanism=LOGIN peer=192\\.0\\.2\\.1 helo=\"client\\.example\""
                        + " user=\"ann\"");
    }

    @Test
    void shouldTellWhoSentWhatIsRefused() throws IOException {
        access = access.withAuth(new AuthRules(this::verify, false, 3));
        limits = limits.withRecipients(1);
        assertEquals(
                "235 250 250 452",
                talksSecurely(
                        "AUTH PLAIN " + base64("\0ann\0right"),
                        "MAIL FROM:<a@client.example>",
                        "RCPT TO:<c@elsewhere.example>",
                        "RCPT TO:<d@elsewhere.example>"));
        log.write();
        assertTrue(
                lines.get(1)
                        .matches("reject=rcpt reason=too_many_recipients .* helo=\"client\\.example\" user=\"ann\" "
                                + ID + " from=\"a@client\\.example\" to=\"d@elsewhere\\.example\""),
                lines.get(1));
    }

    @Test
    void shouldTellOfLoginsThatAreNotLookedAt() throws IOException {
        access = access.withAuth(new AuthRules(this::verify, false, 3));
        clients = new ClientTable(ClientLimits.NONE.withAuthFailuresPerMinute(1), 100, 0);
        final String wrong = "AUTH PLAIN " + base64("\0ann\0wrong");
        assertEquals("535 421", talksSecurely(wrong, wrong));
        isTold(
                "login=failed .* user=\"ann\"",
                "login=refused code=421 status=4\\.7\\.0 peer=192\\.0\\.2\\.1 helo=\"client\\.example\"");
    }

    /** Line ends, other control characters, quotes, ends of fields, what is not UTF-8, what turns the direction. */
    @Test
    void shouldLetNobodyForgeALine() throws IOException {
        access = access.withAuth(new AuthRules(this::verify, false, 100));
        final String forged =
                "a\" peer=10.0.0.1 \\\r\nlogin=failed code=535 peer=10.0.0.2\u0085\u2028\u202e\u001b[31m\t\u00e9";
        final byte[] broken = {0, 'b', (byte) 0xFF, (byte) 0xC3, 'c', 0, 'x'};
        assertEquals(
                "535 535 334 334 535",
                talksSecurely(
                        "AUTH PLAIN " + base64("\0" + forged + "\0x"),
                        "AUTH PLAIN " + Base64.getEncoder().encodeToString(broken),
                        "AUTH LOGIN",
                        base64("a\0b"),
                        base64("x")));
        log.write();
        assertEquals(3, lines.size());
        assertTrue(
                lines.get(0)
                        .endsWith(" user=\"a\\\" peer=10.0.0.1 \\\\??login=failed code=535 peer=10.0.0.2???"
                                + "?[31m?\u00e9\""),
                lines.get(0));
        assertTrue(lines.get(1).endsWith(" user=\"b\ufffd\ufffdc\""), lines.get(1));
        assertTrue(lines.get(2).endsWith(" user=\"a?b\""), lines.get(2));
        for (final String line : lines) {
            assertTrue(line.startsWith("login=failed code=535 status=5.7.8 mechanism="), line);
            assertFalse(line.codePoints().anyMatch(Character::isISOControl), line);
        }
    }

    @Test
    void shouldCutALongName() throws IOException {
        access = access.withAuth(new AuthRules(this::verify, false, 3));
        assertEquals("535", talksSecurely("AUTH PLAIN " + base64("\0" + "u".repeat(1000) + "\0x")));
        isTold("login=failed .* user=\"u{125}\\.\\.\\.\"");
    }

    @Test
    void shouldNeverTellAPassword() throws IOException {
        access = access.withAuth(new AuthRules(this::verify, false, 100));
        talksSecurely(
                "AUTH PLAIN " + base64("\0ann\0hunter2"),
                "AUTH LOGIN",
                base64("ann"),
                base64("hunter2"),
                "AUTH PLAIN " + base64("\0ann\0right"),
                "MAIL FROM:<a@client.example> SIZE=999999999999");
        log.write();
        assertEquals(4, lines.size());
        for (final String line : lines) {
            assertFalse(line.contains("hunter2") || line.contains("right") || line.contains(base64("hunter2")), line);
        }
    }

    // ---- how many

    @Test
    void shouldTellSoManyOfEachKindASecondAndCountTheRest() throws IOException {
        final AccessLog bounded = new AccessLog(3, metrics, lines::add, () -> nowNs);
        access = access.withAuth(new AuthRules(this::verify, false, 100));
        final SessionContext context = context();
        context.tell(bounded);
        final String wrong = "AUTH PLAIN " + base64("\0ann\0wrong");
        final String denied = "RCPT TO:<c@elsewhere.example>";
        talks(context, true, "MAIL FROM:<>", denied, denied, denied, denied, denied, "RSET", wrong, wrong);
        assertEquals(5, bounded.write());
        assertEquals(2, metrics.count(Counter.REJECTIONS_LEFT_OUT));
        assertEquals(0, metrics.count(Counter.LOGINS_LEFT_OUT), "refusals leave room for logins");
        nowNs += SECOND_NS;
        talks(context, true, wrong, wrong, wrong, wrong);
        assertEquals(3, bounded.write());
        assertEquals(1, metrics.count(Counter.LOGINS_LEFT_OUT));
    }

    @Test
    void shouldLeaveOutWhatTheThreadOfTheLogsDoesNotKeepUpWith() throws IOException {
        final String[] denied = new String[AccessLog.LINES + 5];
        Arrays.fill(denied, "RCPT TO:<c@elsewhere.example>");
        denied[0] = "MAIL FROM:<>";
        talks(denied);
        assertEquals(4, metrics.count(Counter.REJECTIONS_LEFT_OUT));
        assertEquals(AccessLog.LINES, log.write());
        assertEquals(0, log.write());
        talks("MAIL FROM:<>", "RCPT TO:<c@elsewhere.example>");
        assertEquals(1, log.write(), "the old buffers are used again");
    }

    @Test
    void shouldSurviveAWriterThatFails() throws IOException {
        final AccessLog failing = new AccessLog(
                100,
                metrics,
                line -> {
                    throw new IllegalStateException("the test's disk is full");
                },
                () -> 0);
        final SessionContext context = context();
        context.tell(failing);
        talks(context, false, "MAIL FROM:<>", "RCPT TO:<c@elsewhere.example>");
        assertEquals(1, failing.write());
        assertEquals(0, failing.write());
    }

    /** Once warm. The reactor's part: the thread of the logs may make strings. */
    @Test
    void shouldAllocateNothingForARefusal() throws IOException {
        final AccessLog endless = new AccessLog(AccessLog.MOST_LINES_PER_SECOND, metrics, line -> {}, () -> 0);
        final SessionContext context = context();
        context.tell(endless);
        final Session session = opened(context, false);
        final ByteBuffer in =
                ByteBuffer.wrap(octets("MAIL FROM:<a@b.example>", "RCPT TO:<c@elsewhere.example>", "RSET"));
        assertEquals(0, leastAllocated(session, in, () -> assertEquals(AccessLog.LINES, endless.write())));
        assertEquals(0, metrics.count(Counter.REJECTIONS_LEFT_OUT));
    }

    /** Its name is made once, at the login. */
    @Test
    void shouldAllocateNothingForTheMessagesOfWhoHasLoggedIn() throws IOException {
        access = access.withAuth(new AuthRules(this::verify, false, 3));
        final TransactionLogBuffer transactions = new TransactionLogBuffer();
        listener = transactions;
        final Session session = opened(context(), true);
        final byte[] login = octets("AUTH PLAIN " + base64("\0ann\0right"));
        session.consume(ByteBuffer.wrap(login), 0, login.length, out, nowNs);
        assertEquals("235", codes());
        final ByteBuffer in =
                ByteBuffer.wrap(octets("MAIL FROM:<a@b.example>", "RCPT TO:<c@elsewhere.example>", "RSET"));
        assertEquals(0, leastAllocated(session, in, () -> {
            ByteBuffer line = transactions.poll();
            while (line != null) {
                lines.add(new String(line.array(), 0, line.limit(), StandardCharsets.UTF_8));
                transactions.giveBack(line);
                line = transactions.poll();
            }
        }));
        assertTrue(lines.size() >= AccessLog.LINES && lines.size() % AccessLog.LINES == 0, "lines: " + lines.size());
        for (final String line : lines) {
            assertTrue(line.contains(" helo=\"client.example\" user=\"ann\" from=\"a@b.example\""), line);
        }
    }

    /** What this thread allocates in the best of some rounds with the same input; what is behind a round may allocate. */
    private long leastAllocated(final Session session, final ByteBuffer in, final Runnable behindRound) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 20 && least > 0; round++) {
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < AccessLog.LINES; i++) {
                nowNs += SECOND_NS;
                int position = 0;
                while (position < in.limit()) {
                    position = session.consume(in, position, in.limit(), out, nowNs);
                }
                out.clear();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
            behindRound.run();
        }
        session.close();
        session.leave(CloseReason.PEER_CLOSED, null);
        return least;
    }

    // ---- a session

    private void isTold(final String... patterns) {
        log.write();
        assertEquals(patterns.length, lines.size(), () -> String.join("\n", lines));
        for (int i = 0; i < patterns.length; i++) {
            assertTrue(lines.get(i).matches(patterns[i]), lines.get(i));
        }
    }

    private String talks(final String... commands) throws IOException {
        final SessionContext context = context();
        context.tell(log);
        return talks(context, false, commands);
    }

    private String talksSecurely(final String... commands) throws IOException {
        final SessionContext context = context();
        context.tell(log);
        return talks(context, true, commands);
    }

    /** The codes that a client hears behind its EHLO. */
    private String talks(final SessionContext context, final boolean isSecure, final String... commands)
            throws IOException {
        final Session session = opened(context, isSecure);
        final ByteBuffer in = ByteBuffer.wrap(octets(commands));
        int position = 0;
        while (position < in.limit() && session.intent() != Intent.CLOSE) {
            position = session.consume(in, position, in.limit(), out, nowNs);
            if (session.intent() == Intent.AWAIT_VERDICT) {
                pending.complete(answer);
                assertEquals(1, verdicts.drain(owner -> session.onVerdict(out, nowNs), 2), "an answer is there");
            }
        }
        final CloseReason reason = session.intent() == Intent.CLOSE ? session.closeReason() : CloseReason.PEER_CLOSED;
        session.close();
        session.leave(reason, null);
        return codes();
    }

    private Session opened(final SessionContext context, final boolean isSecure) throws IOException {
        final Session session = new Session(context);
        session.open(peer, this, nowNs);
        session.admit(true, out, nowNs);
        session.greet(out, nowNs);
        if (isSecure) {
            session.onSecured(TlsParameters.of("TLSv1.3", "TLS_AES_256_GCM_SHA384"));
        }
        final byte[] hello = octets("EHLO client.example");
        session.consume(ByteBuffer.wrap(hello), 0, hello.length, out, nowNs);
        out.clear();
        return session;
    }

    private SessionContext context() {
        final SessionContext context = new SessionContext(
                new SessionProfile(
                        "mx.test",
                        SessionRules.DEFAULTS
                                .withLimits(limits)
                                .withConduct(ConductLimits.NONE)
                                .withAccess(access)
                                .withRecipients(recipients),
                        address -> false,
                        trusted -> List.of("fine")),
                envelopes,
                new EnvelopeIds(1, 0),
                new NoHandOff(),
                true,
                metrics,
                () -> 0,
                listener,
                TlsGate.NONE,
                verdicts);
        context.countClients(clients);
        context.watchLoad(load);
        return context;
    }

    private CompletionStage<Verdict> verify(final String user, final char[] password) {
        if (user.equals("busy")) {
            return Verdict.DEFER.now();
        }
        return Arrays.equals(password, "right".toCharArray())
                ? Verdict.ACCEPT.now()
                : Verdict.refuse(535, "5.7.8", "Wrong").now();
    }

    private Policy recipientPolicy(final Verdict verdict, final boolean late) {
        return new Policy() {
            @Override
            public CompletionStage<Verdict> onRecipient(final Question question) {
                return later(verdict.now(), late);
            }
        };
    }

    /** The same answer, at once or when the session waits for it. */
    private CompletionStage<Verdict> later(final CompletionStage<Verdict> verdict, final boolean late) {
        if (!late) {
            return verdict;
        }
        answer = verdict.toCompletableFuture().join();
        pending = new CompletableFuture<>();
        return pending;
    }

    private static byte[] octets(final String... commands) {
        return (String.join("\r\n", commands) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String base64(final String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private String codes() {
        final String said = StandardCharsets.US_ASCII.decode(out.flip()).toString();
        out.clear();
        final List<String> codes = new ArrayList<>();
        for (final String line : said.split("\r\n")) {
            if (line.length() > 3 && line.charAt(3) == ' ') {
                codes.add(line.substring(0, 3));
            }
        }
        return String.join(" ", codes);
    }

    /** No message comes to its end here. */
    private static final class NoHandOff implements HandOff {
        @Override
        public Outcome offer(final Envelope envelope) {
            throw new IllegalStateException("nothing was sent");
        }

        @Override
        public void onReceipt() {
            throw new IllegalStateException("nothing was sent");
        }
    }
}
