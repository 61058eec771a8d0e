package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.Via;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.policy.AddressList;
import io.posthaste.policy.AuthRules;
import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.ClientTable;
import io.posthaste.policy.LoadGauge;
import io.posthaste.policy.LoadLimits;
import io.posthaste.policy.Policy;
import io.posthaste.policy.Question;
import io.posthaste.policy.RecipientPolicy;
import io.posthaste.policy.Verdict;
import io.posthaste.session.Peer;
import io.posthaste.session.Session;
import io.posthaste.session.SessionContext;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines about refused senders and recipients, in whole dialogues, and how many of all lines there are. */
final class AccessLogTest extends AccessLogFixture {
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
}
