package io.posthaste.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.Doorbell;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.HandOff;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.envelope.TlsParameters;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.Latency;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.policy.AccessRules;
import io.posthaste.policy.AuthRules;
import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.ClientTable;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.SessionRules;
import io.posthaste.policy.Verdict;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Dialogues with AUTH within TLS: whole, octet by octet, at every split and, when short, at every pair of splits, with passwords
 * that are checked at once or later. What could be a secret is overwritten however it came.
 */
final class AuthDialogueTest {
    private static final int SHORT = 120;
    private static final String RIGHT = base64("\0ann\0right");
    private static final String WRONG = base64("\0ann\0wrong");
    private static final String BUSY = base64("\0busy\0right");
    private static final String EHLO = "EHLO a\r\n";

    private final BlockPool pool = new BlockPool(1);
    private final EnvelopePool envelopes = new EnvelopePool(pool, new ReceiptQueue(2, new Doorbell(() -> {})));
    private final ReactorMetrics metrics = new ReactorMetrics();
    private final VerdictQueue verdicts = new VerdictQueue(new Doorbell(() -> {}));
    private final ByteBuffer out = ByteBuffer.allocate(64 * 1024);
    private ConductLimits conduct = ConductLimits.NONE;
    private ClientTable clients = ClientTable.OFF;
    private boolean isLate;
    private CompletableFuture<Verdict> pending;
    private Verdict verdict;
    private long nowNs;
    private long answersAfterNs;

    /** What a client says, and the codes that it hears. */
    private record Dialogue(String title, String said, int... codes) {
        @Override
        public String toString() {
            return title;
        }
    }

    private static String base64(final String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static Stream<Dialogue> dialogues() {
        return Stream.of(
                new Dialogue("initial response", "AUTH PLAIN " + RIGHT + "\r\nMAIL FROM:<>\r\n", 235, 250),
                new Dialogue("response", "AUTH PLAIN\r\n" + RIGHT + "\r\nMAIL FROM:<>\r\n", 334, 235, 250),
                new Dialogue(
                        "login",
                        "AUTH LOGIN\r\n" + base64("ann") + "\r\n" + base64("right") + "\r\nNOOP\r\n",
                        334,
                        334,
                        235,
                        250),
                new Dialogue(
                        "login with its user",
                        "AUTH LOGIN " + base64("ann") + "\r\n" + base64("right") + "\r\n",
                        334,
                        235),
                new Dialogue("wrong, then right", "AUTH PLAIN " + WRONG + "\r\nAUTH PLAIN " + RIGHT + "\r\n", 535, 235),
                new Dialogue("nobody can tell", "AUTH PLAIN " + BUSY + "\r\nAUTH PLAIN " + RIGHT + "\r\n", 454, 235),
                new Dialogue("twice", "AUTH PLAIN " + RIGHT + "\r\nAUTH PLAIN " + RIGHT + "\r\n", 235, 503),
                new Dialogue("cancelled", "AUTH PLAIN\r\n*\r\nAUTH LOGIN\r\n*\r\nNOOP\r\n", 334, 501, 334, 501, 250),
                new Dialogue("no base64", "AUTH PLAIN\r\n?\r\nAUTH PLAIN ?\r\nNOOP\r\n", 334, 501, 501, 250),
                new Dialogue("empty", "AUTH PLAIN =\r\nAUTH LOGIN =\r\n=\r\nNOOP\r\n", 501, 334, 501, 250),
                new Dialogue("no NUL in it", "AUTH PLAIN " + base64("ann right") + "\r\n", 501),
                new Dialogue("not in UTF-8", "AUTH PLAIN AGFubgD//w==\r\nNOOP\r\n", 501, 250),
                new Dialogue("for somebody else", "AUTH PLAIN " + base64("bob\0ann\0right") + "\r\n", 535),
                new Dialogue("unknown mechanism", "AUTH GSSAPI\r\nAUTH\r\nAUTH CRAM-MD5 x\r\n", 504, 501, 504),
                new Dialogue(
                        "in a transaction",
                        "MAIL FROM:<>\r\nAUTH PLAIN " + RIGHT + "\r\nRCPT TO:<a@b>\r\n",
                        250,
                        503,
                        250),
                new Dialogue("a command for a response", "AUTH PLAIN\r\nQUIT\r\nQUIT\r\n", 334, 501, 221),
                new Dialogue("bare LF in it", "AUTH PLAIN\r\n" + RIGHT + "\nNOOP\r\n", 334, 500, 250),
                new Dialogue("a control character in it", "AUTH PLAIN\r\nA\u0007\r\nNOOP\r\n", 334, 500, 250),
                new Dialogue(
                        "ended by failures",
                        "AUTH PLAIN " + WRONG + "\r\nAUTH PLAIN " + WRONG + "\r\nAUTH PLAIN " + WRONG
                                + "\r\nAUTH PLAIN " + WRONG + "\r\nNOOP\r\n",
                        535,
                        535,
                        535,
                        535,
                        421),
                new Dialogue(
                        "pipelined behind it",
                        "AUTH PLAIN " + RIGHT + "\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRSET\r\nQUIT\r\n",
                        235,
                        250,
                        250,
                        250,
                        221));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dialogues")
    void shouldAnswerTheSameAtEverySplitWhateverTheTimeOfTheAnswer(final Dialogue dialogue)
            throws UnknownHostException {
        final byte[] octets = dialogue.said().getBytes(StandardCharsets.ISO_8859_1);
        for (final boolean late : new boolean[] {false, true}) {
            isLate = late;
            isAnsweredAt(dialogue, octets);
            final int[] all = new int[octets.length];
            Arrays.setAll(all, i -> i);
            isAnsweredAt(dialogue, octets, all);
            for (int i = 1; i < octets.length; i++) {
                isAnsweredAt(dialogue, octets, i);
                for (int j = i + 1; j < octets.length && octets.length <= SHORT; j++) {
                    isAnsweredAt(dialogue, octets, i, j);
                }
            }
        }
        assertEquals(0, metrics.count(Counter.INTERNAL_ERRORS));
    }

    private void isAnsweredAt(final Dialogue dialogue, final byte[] octets, final int... cuts)
            throws UnknownHostException {
        final String heard = talks(octets, cuts);
        final String expected =
                Arrays.stream(dialogue.codes()).mapToObj(Integer::toString).collect(Collectors.joining(" "));
        if (!heard.equals(expected)) {
            assertEquals(expected, heard, (isLate ? "late, cut at " : "at once, cut at ") + Arrays.toString(cuts));
        }
    }

    /** A line of 3,000 octets; the limit is 2,048. */
    @Test
    void shouldRefuseAnOverLongResponseWhereverItIsCut() throws UnknownHostException {
        final String said = "AUTH PLAIN\r\n" + "A".repeat(3000) + "\r\nNOOP\r\n";
        final byte[] octets = said.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 1; i < octets.length; i++) {
            assertEquals("334 500 250", talks(octets, i));
        }
    }

    // ---- limits

    /** Nine more than the tenth of a burst's second; the command's line is over when the answer comes. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldHoldLoginsAgainstTheRateOfCommandsWheneverTheyAreAnswered(final boolean late)
            throws UnknownHostException {
        isLate = late;
        conduct = ConductLimits.NONE.withCommandsPerSecond(1);
        final int burst = ConductLimits.COMMAND_BURST_SECONDS;
        final String said = ("AUTH PLAIN " + BUSY + "\r\n").repeat(burst + 3);
        final String heard = talks(said.getBytes(StandardCharsets.US_ASCII));
        // EHLO was the first.
        assertEquals(("454 ".repeat(burst) + "421"), heard);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRefuseToLetAnAddressGuessOnAfterTooManyFailures(final boolean late) throws UnknownHostException {
        isLate = late;
        clients = new ClientTable(ClientLimits.NONE.withAuthFailuresPerMinute(3), 100, 0);
        final byte[] two = ("AUTH PLAIN " + WRONG + "\r\n").repeat(2).getBytes(StandardCharsets.US_ASCII);
        assertEquals("535 535", talks(two));
        assertEquals("535 421", talks(two), "another session of the same address");
        assertEquals("421", talks(("AUTH PLAIN " + RIGHT + "\r\n").getBytes(StandardCharsets.US_ASCII)));
        assertEquals(2, metrics.count(Counter.LIMIT_CLIENT_AUTH_FAILURE_RATE));
        assertEquals(3, metrics.count(Counter.AUTHENTICATION_FAILURES));
        nowNs += TimeUnit.SECONDS.toNanos(20);
        assertEquals("235", talks(("AUTH PLAIN " + RIGHT + "\r\n").getBytes(StandardCharsets.US_ASCII)));
        assertEquals("535 421", talks(two), "one in twenty seconds");
        assertEquals(0, clients.open());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTimeTheCheckOfAPasswordThatIsWaitedFor(final boolean late) throws UnknownHostException {
        isLate = late;
        answersAfterNs = TimeUnit.SECONDS.toNanos(2);
        talks(("AUTH PLAIN " + WRONG + "\r\nAUTH PLAIN " + RIGHT + "\r\n").getBytes(StandardCharsets.US_ASCII));
        final Histogram us = ReactorMetrics.newHistogram(Latency.PASSWORD_WAIT);
        metrics.drainTo(Latency.PASSWORD_WAIT, us);
        assertEquals(late ? 2 : 0, us.getTotalCount());
        assertEquals(late ? 2 : 0, us.getCountAtValue(TimeUnit.SECONDS.toMicros(2)));
    }

    // ---- a session

    /** What the server says to a client that talks in pieces, behind its EHLO: codes. */
    private String talks(final byte[] octets, final int... cuts) throws UnknownHostException {
        final Session session = new Session(context());
        session.open(new Peer(InetAddress.getByName("192.0.2.1")), this, nowNs);
        session.admit(true, out, nowNs);
        session.greet(out, nowNs);
        session.onSecured(TlsParameters.of("TLSv1.3", "TLS_AES_256_GCM_SHA384"));
        final ByteBuffer in = ByteBuffer.allocate(EHLO.length() + octets.length);
        in.put(EHLO.getBytes(StandardCharsets.US_ASCII));
        int position = session.consume(in, 0, in.position(), out, nowNs);
        out.clear();
        int from = 0;
        for (int i = 0; i <= cuts.length && session.intent() != Intent.CLOSE; i++) {
            final int to = i < cuts.length ? cuts[i] : octets.length;
            in.put(octets, from, to - from);
            from = to;
            position = consumes(session, in, position);
        }
        assertWiped(in, position);
        final CloseReason reason = session.intent() == Intent.CLOSE ? session.closeReason() : CloseReason.PEER_CLOSED;
        session.close();
        session.leave(reason, null);
        return codes();
    }

    private int consumes(final Session session, final ByteBuffer in, final int from) {
        int position = from;
        boolean goesOn = true;
        while (goesOn) {
            final int before = position;
            position = session.consume(in, position, in.position(), out, nowNs);
            goesOn = false;
            if (session.intent() == Intent.AWAIT_VERDICT) {
                assertTrue(isLate);
                final CompletableFuture<Verdict> answered = pending;
                pending = null;
                answered.complete(verdict);
                nowNs += answersAfterNs;
                assertEquals(1, verdicts.drain(owner -> session.onVerdict(out, nowNs), 2));
                goesOn = session.intent() == Intent.READ;
            } else if (session.intent() == Intent.READ && position > before && position < in.position()) {
                goesOn = true;
            }
        }
        return position;
    }

    private SessionContext context() {
        final AuthRules auth = new AuthRules(this::verify, false, AuthRules.DEFAULT_FAILURES);
        final SessionContext context = new SessionContext(
                new SessionProfile(
                        "mx.test",
                        SessionRules.DEFAULTS.withConduct(conduct).withAccess(AccessRules.OPEN.withAuth(auth)),
                        address -> false,
                        trusted -> List.of("fine")),
                envelopes,
                new EnvelopeIds(1, 0),
                new NoHandOff(),
                true,
                metrics,
                () -> 0,
                TransactionListener.NONE,
                TlsGate.NONE,
                verdicts);
        context.countClients(clients);
        return context;
    }

    private CompletionStage<Verdict> verify(final String user, final char[] password) {
        verdict = user.equals("busy")
                ? Verdict.DEFER
                : user.equals("ann") && Arrays.equals(password, "right".toCharArray())
                        ? Verdict.ACCEPT
                        : Verdict.refuse(535, "5.7.8", "Wrong");
        if (!isLate) {
            return verdict.now();
        }
        pending = new CompletableFuture<>();
        return pending;
    }

    /** Nothing of what could be a secret is left where the client's octets lay. */
    private static void assertWiped(final ByteBuffer in, final int position) {
        final String left = new String(in.array(), 0, position, StandardCharsets.ISO_8859_1);
        for (final String secret : List.of(RIGHT, WRONG, BUSY, base64("right"), base64("ann"))) {
            assertFalse(left.contains(secret.substring(0, Math.min(secret.length(), 6))), left);
        }
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

    @AfterEach
    void everythingIsHome() {
        assertEquals(0, pool.inUseOctets());
        assertEquals(0, envelopes.inUse());
    }

    /** No message comes to its end here. */
    private static final class NoHandOff implements HandOff {
        @Override
        public Outcome offer(final io.posthaste.envelope.Envelope envelope) {
            throw new IllegalStateException("nothing was sent");
        }

        @Override
        public void onReceipt() {
            throw new IllegalStateException("nothing was sent");
        }
    }
}
