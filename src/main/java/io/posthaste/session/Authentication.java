package io.posthaste.session;

import static io.posthaste.session.State.EXPECT_AUTHENTICATION;
import static io.posthaste.session.State.EXPECT_CREDENTIALS;
import static io.posthaste.session.State.EXPECT_MAIL;

import io.posthaste.envelope.User;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.Latency;
import io.posthaste.policy.AuthRules;
import io.posthaste.policy.Verdict;
import io.posthaste.reply.Reply;
import io.posthaste.reply.ReplyEncoder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * AUTH PLAIN (RFC 4616) and LOGIN, within TLS only (RFC 4954). What is decoded here is overwritten when it has been used;
 * the line itself is by the {@link Session}. One for each session of a server that offers AUTH. Allocates: logging in is
 * rare. Called on the reactor thread only.
 */
final class Authentication {
    private static final int CODE_CHALLENGE = 334;
    private static final int LEAST_PERMANENT = 500;
    private static final byte[] NONE = {};
    /** "Username:" and "Password:", which clients of LOGIN expect word for word. */
    private static final byte[] USERNAME = "VXNlcm5hbWU6".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] PASSWORD = "UGFzc3dvcmQ6".getBytes(StandardCharsets.US_ASCII);

    /** What the next response is. */
    private enum Step {
        PLAIN,
        LOGIN_USER,
        LOGIN_PASSWORD
    }

    private final SessionContext context;
    private final Course course;
    private final Counsel counsel;
    private final ClientAccount account;
    private final Greeting greeting;
    private final AuthRules rules;
    private Step step = Step.PLAIN;
    /** The client, from the beginning of an exchange on; null before. */
    private Peer peer;
    /** Who the exchange is about. */
    private String claimed = "";
    /** Null when nobody has logged in. */
    private User user;

    private int failures;
    /** When the line came that is worked on, or the answer. */
    private long nowNs;
    /** The password that is being checked; null when none is. */
    private CompletableFuture<Verdict> pending;

    Authentication(
            final SessionContext context,
            final Course course,
            final Counsel counsel,
            final ClientAccount account,
            final Greeting greeting) {
        this.context = context;
        this.course = course;
        this.counsel = counsel;
        this.account = account;
        this.greeting = greeting;
        rules = context.profile.access().auth();
    }

    /** A session begins. */
    void begin() {
        failures = 0;
        forget();
    }

    /** Nobody has logged in: TLS has begun, or a session. */
    void forget() {
        claimed = "";
        user = null;
        peer = null;
    }

    /** Who has logged in; null when nobody has. */
    User user() {
        return user;
    }

    /** AUTH with the arguments in [from, to), at a time when it may come. */
    void begin(
            final ByteBuffer in,
            final int from,
            final int to,
            final Peer client,
            final ByteBuffer out,
            final long timeNs) {
        nowNs = timeNs;
        peer = client;
        final byte[] octets = new byte[to - from];
        in.get(from, octets);
        int start = 0;
        while (start < octets.length && octets[start] == ' ') {
            start++;
        }
        int end = start;
        while (end < octets.length && octets[end] != ' ') {
            end++;
        }
        final String mechanism = new String(octets, start, end - start, StandardCharsets.ISO_8859_1);
        final byte[] initial = Arrays.copyOfRange(octets, Math.min(end + 1, octets.length), octets.length);
        Arrays.fill(octets, (byte) 0);
        switch (mechanism.toUpperCase(Locale.ROOT)) {
            case "PLAIN" -> begin(Step.PLAIN, NONE, initial, out);
            case "LOGIN" -> begin(Step.LOGIN_USER, USERNAME, initial, out);
            case "" -> context.reply(Reply.MISSING_ARGUMENT, out);
            default -> context.reply(Reply.UNKNOWN_MECHANISM, out);
        }
        Arrays.fill(initial, (byte) 0);
    }

    private void begin(final Step first, final byte[] challenge, final byte[] initial, final ByteBuffer out) {
        step = first;
        if (initial.length == 0) {
            challenge(challenge, out);
        } else if (initial.length == 1 && initial[0] == '=') {
            take(NONE, out);
        } else {
            decode(initial, out);
        }
    }

    /** A response in [from, to). */
    void respond(final ByteBuffer in, final int from, final int to, final ByteBuffer out, final long timeNs) {
        nowNs = timeNs;
        course.state(EXPECT_MAIL);
        if (to - from == 1 && in.get(from) == '*') {
            context.reply(Reply.AUTH_CANCELLED, out);
            return;
        }
        final byte[] line = new byte[to - from];
        in.get(from, line);
        decode(line, out);
        Arrays.fill(line, (byte) 0);
    }

    private void decode(final byte[] base64, final ByteBuffer out) {
        final byte[] decoded = new byte[base64.length];
        try {
            final int length = Base64.getDecoder().decode(base64, decoded);
            final byte[] response = Arrays.copyOf(decoded, length);
            take(response, out);
            Arrays.fill(response, (byte) 0);
        } catch (final IllegalArgumentException e) {
            context.reply(Reply.MALFORMED_BASE64, out);
        } finally {
            Arrays.fill(decoded, (byte) 0);
        }
    }

    private void take(final byte[] response, final ByteBuffer out) {
        switch (step) {
            case PLAIN -> takePlain(response, out);
            case LOGIN_USER -> {
                claimed = new String(response, StandardCharsets.UTF_8);
                step = Step.LOGIN_PASSWORD;
                challenge(PASSWORD, out);
            }
            case LOGIN_PASSWORD -> verify(response, 0, response.length, out);
            default -> throw new IllegalStateException();
        }
    }

    /** {@code [authzid] NUL authcid NUL passwd}: nobody acts for somebody else here. */
    private void takePlain(final byte[] response, final ByteBuffer out) {
        final int first = indexOfNul(response, 0);
        final int second = first < 0 ? -1 : indexOfNul(response, first + 1);
        if (second < 0 || indexOfNul(response, second + 1) >= 0) {
            context.reply(Reply.MALFORMED_CREDENTIALS, out);
            return;
        }
        claimed = new String(response, first + 1, second - first - 1, StandardCharsets.UTF_8);
        final String onBehalfOf = new String(response, 0, first, StandardCharsets.UTF_8);
        if (onBehalfOf.isEmpty() || onBehalfOf.equals(claimed)) {
            verify(response, second + 1, response.length, out);
        } else {
            conclude(Verdict.DEFER, Reply.AUTHENTICATION_FAILED, out);
        }
    }

    private static int indexOfNul(final byte[] octets, final int from) {
        for (int i = from; i < octets.length; i++) {
            if (octets[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    private void verify(final byte[] octets, final int from, final int to, final ByteBuffer out) {
        final char[] password;
        try {
            final CharBuffer chars =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets, from, to - from));
            password = Arrays.copyOfRange(chars.array(), chars.position(), chars.limit());
            Arrays.fill(chars.array(), '\0');
        } catch (final CharacterCodingException e) {
            context.reply(Reply.MALFORMED_CREDENTIALS, out);
            return;
        }
        Verdict verdict;
        try {
            pending = rules.authenticator().verify(claimed, password).toCompletableFuture();
            verdict = counsel.await(pending, Latency.PASSWORD_WAIT, nowNs);
        } catch (final Throwable e) {
            verdict = counsel.failed(e);
        }
        if (verdict == null) {
            course.state(EXPECT_AUTHENTICATION);
            course.intend(Intent.AWAIT_VERDICT);
        } else {
            conclude(verdict, out);
        }
    }

    /** It is known whether the password is right. */
    void conclude(final Verdict verdict, final ByteBuffer out, final long timeNs) {
        nowNs = timeNs;
        conclude(verdict, out);
    }

    private void conclude(final Verdict verdict, final ByteBuffer out) {
        conclude(
                verdict,
                verdict.isAccepted()
                        ? Reply.AUTHENTICATED
                        : verdict.code() < LEAST_PERMANENT ? Reply.AUTH_NOT_AVAILABLE : Reply.AUTHENTICATION_FAILED,
                out);
    }

    /** Nobody waits for the answer any more: a check that has not begun need not. Idempotent. */
    void giveUp() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }

    private void conclude(final Verdict verdict, final Reply reply, final ByteBuffer out) {
        pending = null;
        course.state(EXPECT_MAIL);
        final User claimant = new User(claimed);
        claimed = "";
        if (verdict.isAccepted()) {
            user = claimant.length() == 0 ? null : claimant;
            context.metrics.increment(Counter.AUTHENTICATIONS);
        }
        context.reply(reply, out);
        tell(claimant, reply);
        if (reply == Reply.AUTH_NOT_AVAILABLE) {
            context.metrics.increment(Counter.AUTHENTICATIONS_NOT_POSSIBLE);
        } else if (reply == Reply.AUTHENTICATION_FAILED) {
            context.metrics.increment(Counter.AUTHENTICATION_FAILURES);
            account.authenticationFailed(nowNs);
            if (++failures > rules.failures()) {
                course.end(Reply.TOO_MANY_AUTH_FAILURES, CloseReason.AUTH_FAILURE_LIMIT, out);
            }
        }
    }

    /** AUTH is refused unread: too many failures from this address. */
    void refused(final Peer client, final long timeNs) {
        final Reply reply = Breach.CLIENT_AUTH_FAILURE_RATE.reply();
        context.reports.login(new Login(Login.Result.REFUSED, "", client, greeting.text(), null, reply), timeNs);
    }

    private void tell(final User claimant, final Reply reply) {
        final Login.Result result = switch (reply) {
            case AUTHENTICATED -> Login.Result.OK;
            case AUTH_NOT_AVAILABLE -> Login.Result.UNAVAILABLE;
            default -> Login.Result.FAILED;
        };
        final String mechanism = step == Step.PLAIN ? "PLAIN" : "LOGIN";
        context.reports.login(new Login(result, mechanism, peer, greeting.text(), claimant, reply), nowNs);
    }

    private void challenge(final byte[] base64, final ByteBuffer out) {
        course.state(EXPECT_CREDENTIALS);
        ReplyEncoder.putChallenge(out, base64);
        context.replied(CODE_CHALLENGE);
    }
}
