package io.posthaste.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The client's side of one connection: greeting, EHLO (LHLO, or HELO where EHLO is unknown), STARTTLS, and then transactions
 * one behind the other.
 *
 * <pre>
 *   EXPECT_GREETING ─▶ EXPECT_HELLO ─▶ EXPECT_START_TLS ─▶ EXPECT_HANDSHAKE ─▶ EXPECT_HELLO
 *                           │                                                     │
 *                           └──────────────────▶ READY ◀──────────────────────────┘
 *                        EXPECT_ANSWERS ◀──begin──┘ ▲ ▲
 *                           └─────────────over──────┘ │            any ──▶ ENDED
 *                           └──▶ EXPECT_RESET ────────┘   READY ─▶ EXPECT_GOODBYE ─▶ ENDED
 * </pre>
 *
 * Octets and a nanosecond reading go in, octets come out; nothing is thrown: what goes wrong ends the session, with a reason.
 * Knows no socket and no clock. One thread.
 */
final class HopSession {
    /** What is expected next. */
    enum State {
        EXPECT_GREETING,
        EXPECT_HELLO,
        EXPECT_START_TLS,
        EXPECT_HANDSHAKE,
        READY,
        EXPECT_ANSWERS,
        EXPECT_RESET,
        EXPECT_GOODBYE,
        ENDED
    }

    private static final byte[] START_TLS = octets("STARTTLS");
    private static final byte[] RSET = octets("RSET");
    private static final byte[] QUIT = octets("QUIT");
    private static final byte[] NOTHING = new byte[0];
    private static final int READY_FOR_TLS = 220;

    private final boolean isLmtp;
    private final String hostname;
    private final String hop;
    private final TlsMode tlsMode;
    private final RelayCounters counters;
    private final ReplyParser parser = new ReplyParser();

    private State state = State.EXPECT_GREETING;
    /** A command that was not put yet. */
    private byte[] command = NOTHING;

    private HopExtensions extensions = HopExtensions.NONE;
    private boolean isHelo;
    private boolean isSecure;
    private boolean isVerified;
    private HopTransaction transaction;
    private HopTransaction finished;
    private boolean wasReady;
    private long progressNs;
    private HopReply reason;

    /**
     * @param hostname what is said with EHLO
     * @param hop the next server, for people
     */
    HopSession(
            final boolean isLmtp,
            final String hostname,
            final String hop,
            final TlsMode tlsMode,
            final RelayCounters counters,
            final long nowNs) {
        this.isLmtp = isLmtp;
        this.hostname = hostname;
        this.hop = hop;
        this.tlsMode = tlsMode;
        this.counters = counters;
        progressNs = nowNs;
    }

    State state() {
        return state;
    }

    boolean isReady() {
        return state == State.READY && command.length == 0;
    }

    boolean isEnded() {
        return state == State.ENDED;
    }

    /** Whether it was ready once: the server is well and takes mail from us. */
    boolean wasReady() {
        return wasReady;
    }

    /** Why it ended; null when it did as it should, or has not. */
    HopReply reason() {
        return reason;
    }

    /** The transaction that is over since this was asked last; null when there is none. */
    HopTransaction takeFinished() {
        final HopTransaction taken = finished;
        finished = null;
        return taken;
    }

    /** When it will have taken too long, without progress until then. */
    long deadlineNs() {
        return progressNs
                + switch (state) {
                    case EXPECT_ANSWERS -> transaction.patienceNs();
                    case EXPECT_HANDSHAKE -> HopTimeouts.HANDSHAKE_NS;
                    case EXPECT_GOODBYE, ENDED -> HopTimeouts.QUIT_NS;
                    default -> HopTimeouts.GREETING_NS;
                };
    }

    // ---- what the connection tells

    /** Octets of the server's, all of which are taken. */
    void consume(final ByteBuffer in, final long nowNs) {
        try {
            while (in.hasRemaining() && state != State.ENDED) {
                final HopReply reply = parser.poll(in);
                if (reply == null) {
                    return;
                }
                progressNs = nowNs;
                if (command.length > 0 && !reply.isClosing()) {
                    throw new MalformedReplyException("a reply ahead of its command: " + reply);
                }
                onReply(reply, in.hasRemaining());
            }
        } catch (final MalformedReplyException e) {
            counters.add(RelayCounters.Count.MALFORMED_REPLIES);
            fail(HopReply.ours(451, "4.5.0", "The next server breaks the protocol: " + e.getMessage()), false);
        } finally {
            in.position(in.limit());
        }
    }

    /** Puts what there is to say, as far as there is room. */
    void putTo(final ByteBuffer out) {
        if (command.length > 0 && out.remaining() >= command.length) {
            out.put(command);
            command = NOTHING;
        }
        if (state != State.EXPECT_ANSWERS) {
            return;
        }
        try {
            transaction.putTo(out);
            endIfOver();
        } catch (final IOException e) {
            counters.add(RelayCounters.Count.CONTENT_FAILURES);
            fail(HopReply.ours(451, "4.3.0", "The message cannot be read: " + cleaned(e)), false);
        }
    }

    /** Whether {@link #putTo} would put more at once. */
    boolean hasMoreToPut() {
        return command.length > 0 || state == State.EXPECT_ANSWERS && transaction.hasMoreToPut();
    }

    /** The socket took octets. */
    void onProgress(final long nowNs) {
        progressNs = nowNs;
    }

    /** The socket has taken all that was put. */
    void onFlushed() {
        if (state == State.EXPECT_ANSWERS) {
            transaction.onFlushed();
        }
    }

    /** The handshake is done. */
    void onSecured(final boolean verified, final long nowNs) {
        isSecure = true;
        isVerified = verified;
        extensions = HopExtensions.NONE; // what was said in the clear counts no more (RFC 3207 section 4.2)
        progressNs = nowNs;
        sayHello(isLmtp ? "LHLO " : "EHLO ");
    }

    /** It has taken too long. */
    void onTimeout() {
        if (state == State.EXPECT_GOODBYE) {
            state = State.ENDED;
            return;
        }
        counters.add(RelayCounters.Count.TIMEOUTS);
        fail(HopReply.ours(451, "4.4.2", "The next server did not answer in time"), true);
    }

    /** The connection is gone, or the server is to be left. */
    void fail(final HopReply why, final boolean isServerAway) {
        if (state == State.ENDED) {
            return;
        }
        final boolean isIdle = state == State.READY && wasReady || state == State.EXPECT_GOODBYE;
        reason = isIdle ? null : why;
        if (state == State.EXPECT_ANSWERS) {
            transaction.fail(why, isServerAway && transaction.isUnanswered());
            endIfOver();
        }
        state = State.ENDED;
    }

    /** A failure of our own: ends it in whatever state that left it. A transaction under way is over. */
    void abandon(final HopReply why) {
        final HopTransaction left = transaction;
        transaction = null;
        command = NOTHING;
        state = State.ENDED;
        reason = why;
        if (left != null) {
            left.fail(why, false);
            finished = left;
            close(left);
        }
    }

    // ---- what the client wants

    /** Begins a transaction; only when ready. One that the server cannot take is over at once. */
    void begin(final OutgoingMessage message, final long nowNs) {
        progressNs = nowNs;
        boolean needsUtf8 = false;
        HopReply unmet;
        try {
            needsUtf8 = Requirements.needsUtf8(message);
            unmet = Requirements.unmet(message, extensions, isSecure && isVerified);
            if (unmet != null) {
                counters.add(message.header().isLoop() ? RelayCounters.Count.LOOPS : RelayCounters.Count.UNFIT);
            }
        } catch (final IOException e) {
            counters.add(RelayCounters.Count.CONTENT_FAILURES);
            unmet = HopReply.ours(451, "4.3.0", "The message cannot be read: " + cleaned(e));
        }
        transaction = new HopTransaction(message, extensions, isLmtp, needsUtf8, hop);
        state = State.EXPECT_ANSWERS;
        if (unmet != null) {
            transaction.refuse(unmet);
            endIfOver();
        }
    }

    /** Leaves the server; only when ready. */
    void quit(final long nowNs) {
        progressNs = nowNs;
        command = QUIT;
        state = State.EXPECT_GOODBYE;
    }

    // ---- replies

    private void onReply(final HopReply reply, final boolean isMoreHere) throws MalformedReplyException {
        switch (state) {
            case EXPECT_GREETING -> {
                if (requirePositive(reply, "greeted us with")) {
                    sayHello(isLmtp ? "LHLO " : "EHLO ");
                }
            }
            case EXPECT_HELLO -> onHelloReply(reply);
            case EXPECT_START_TLS -> onStartTlsReply(reply, isMoreHere);
            case EXPECT_ANSWERS -> {
                transaction.onReply(reply);
                endIfOver();
            }
            case EXPECT_RESET -> {
                if (requirePositive(reply, "answered RSET with")) {
                    state = State.READY;
                }
            }
            case EXPECT_GOODBYE -> state = State.ENDED;
            case READY -> {
                if (!reply.isClosing()) {
                    throw new MalformedReplyException("a reply to nothing: " + reply);
                }
                state = State.ENDED;
            }
            default -> throw new MalformedReplyException("a reply to nothing: " + reply);
        }
    }

    private void onHelloReply(final HopReply reply) {
        if (reply.isPermanent() && !isLmtp && !isHelo) {
            isHelo = true;
            sayHello("HELO ");
        } else if (requirePositive(reply, "answered our greeting with")) {
            extensions = isHelo ? HopExtensions.NONE : HopExtensions.read(reply.lines());
            if (!isSecure && tlsMode != TlsMode.OFF && extensions.startTls()) {
                command = START_TLS;
                state = State.EXPECT_START_TLS;
            } else {
                beReady();
            }
        }
    }

    private void onStartTlsReply(final HopReply reply, final boolean isMoreHere) throws MalformedReplyException {
        if (reply.isClosing()) {
            fail(refused("answered STARTTLS with", reply), true);
        } else if (reply.code() != READY_FOR_TLS) {
            beReady();
        } else if (isMoreHere) {
            // Put there by somebody who cannot put it into TLS (CVE-2021-38371 and its kin).
            throw new MalformedReplyException("octets behind the reply to STARTTLS");
        } else {
            state = State.EXPECT_HANDSHAKE;
        }
    }

    private void beReady() {
        if (tlsMode == TlsMode.REQUIRE && !isSecure) {
            fail(HopReply.ours(451, "4.7.0", "TLS is required, and the next server does not offer it"), true);
            return;
        }
        wasReady = true;
        state = State.READY;
    }

    private void endIfOver() {
        if (!transaction.isOver()) {
            return;
        }
        finished = transaction;
        transaction = null;
        if (finished.mustClose()) {
            state = State.ENDED;
        } else if (finished.mustReset()) {
            command = RSET;
            state = State.EXPECT_RESET;
        } else {
            state = State.READY;
        }
        if (finished.isRepaired()) {
            counters.add(RelayCounters.Count.REPAIRED);
        }
        close(finished);
    }

    private void close(final HopTransaction over) {
        try {
            over.close();
        } catch (final IOException e) {
            counters.add(RelayCounters.Count.CONTENT_FAILURES); // read to its end, or not wanted any more
        }
    }

    private boolean requirePositive(final HopReply reply, final String deed) {
        if (reply.isPositive()) {
            return true;
        }
        fail(refused(deed, reply), true);
        return false;
    }

    private static HopReply refused(final String deed, final HopReply reply) {
        return HopReply.ours(451, "4.4.1", "The next server " + deed + " " + reply);
    }

    private void sayHello(final String verb) {
        command = octets(verb + hostname);
        state = State.EXPECT_HELLO;
    }

    /** For a reply: one line of ASCII. */
    static String cleaned(final Throwable failure) {
        final String message = failure.getMessage();
        return (message == null ? failure.getClass().getSimpleName() : message).replaceAll("[^ -~]", "?");
    }

    private static byte[] octets(final String line) {
        return (line + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
