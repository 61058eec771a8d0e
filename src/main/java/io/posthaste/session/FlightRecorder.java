package io.posthaste.session;

import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.HandshakeFailure;
import io.posthaste.reply.Reply;
import io.posthaste.wire.Verb;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;

/**
 * The last events of all sessions of a reactor, in a ring: commands and their answers, ends of content, answers that came later.
 * Never content, and of a command's argument only its length; but for MAIL and RCPT, whose argument's beginning is kept, as the
 * transaction log has it, too. Whoever talks in the middle of AUTH is not heard.
 *
 * <p>An event is three words and {@value #TEXT_OCTETS} octets. Each knows the one of its session before it, so that a session needs to
 * know only its last one; a session's older events may be gone when others were busy. Called on the reactor thread only; allocates
 * nothing.
 *
 * <pre>
 *   time (ns) | number of the session's event before, 0 for none | kind 8, code 10, reply 9, octets of text 6, length 31
 * </pre>
 */
public final class FlightRecorder {
    /** The least and the greatest number of events. */
    public static final int LEAST_EVENTS = 64;

    public static final int MOST_EVENTS = 1 << 20;
    public static final int DEFAULT_EVENTS = 4096;

    /** Records nothing; for any number of reactors. */
    public static final FlightRecorder OFF = new FlightRecorder(0, FlightListener.NONE);

    static final int WORDS = 3;
    static final int TIME = 0;
    static final int PREVIOUS = 1;
    static final int PACKED = 2;
    static final int TEXT_OCTETS = 40;

    /** Kinds of events besides the ordinals of verbs. */
    static final int CONTENT = 100;

    static final int REPLY = 101;
    static final int TLS = 102;

    /** No event. */
    static final long NOTHING = 0;

    private static final int KIND_SHIFT = 56;
    private static final int CODE_SHIFT = 46;
    private static final int REPLY_SHIFT = 37;
    private static final int TEXT_SHIFT = 31;

    /** Ends that need no explanation: those in order, and those that came before there was a session. */
    private static final Set<CloseReason> QUIET = EnumSet.of(
            CloseReason.QUIT,
            CloseReason.PEER_CLOSED,
            CloseReason.SHUTDOWN,
            CloseReason.CLIENT_CONNECTION_LIMIT,
            CloseReason.CLIENT_CONNECTION_RATE_LIMIT,
            CloseReason.NETWORK_BLOCKED,
            CloseReason.PROXY_HEADER_MISSING,
            CloseReason.PROXY_HEADER_MALFORMED,
            CloseReason.PROXY_HEADER_TOO_LONG,
            CloseReason.PROXY_HEADER_TIMEOUT);

    /** Why connections end that may never have begun a session: told only if there is something to tell. */
    private static final Set<CloseReason> QUIET_WITHOUT_EVENTS = EnumSet.of(
            CloseReason.CONNECTION_RESET,
            CloseReason.EARLY_TALKER,
            CloseReason.POLICY,
            CloseReason.TLS_OVERLOAD,
            CloseReason.TLS_HANDSHAKE_FAILURE,
            CloseReason.TLS_HANDSHAKE_TIMEOUT);

    /**
     * Failed handshakes that are told even where TLS comes before the greeting: clients that want mail to go through, and settings of
     * ours that may keep them from it. The others are mostly scanners.
     */
    private static final Set<HandshakeFailure> TELLING = EnumSet.of(
            HandshakeFailure.NO_SHARED_CIPHER,
            HandshakeFailure.UNSUPPORTED_VERSION,
            HandshakeFailure.CLIENT_REJECTED_CERTIFICATE,
            HandshakeFailure.CLIENT_ALERT);

    private final FlightListener listener;
    private final int mask;
    private final long[] words;
    private final byte[] texts;
    private long last = NOTHING;
    private long nowNs;

    /** @param events that are kept, rounded up to a power of two; 0 for none */
    public FlightRecorder(final int events, final FlightListener listener) {
        this.listener = listener;
        final int places = events == 0 ? 0 : Integer.highestOneBit(events - 1) << 1;
        mask = places - 1;
        words = new long[places * WORDS];
        texts = new byte[places * TEXT_OCTETS];
    }

    /** Octets that it takes. */
    public long octets() {
        return (long) words.length * Long.BYTES + texts.length;
    }

    boolean isOff() {
        return words.length == 0;
    }

    /** The reactor's reading of the clock. */
    public void at(final long timeNs) {
        if (words.length > 0) {
            nowNs = timeNs;
        }
    }

    /** Records an event; returns its number. */
    long record(final long previous, final int kind, final long length, final int code, final Reply reply) {
        last++;
        final int word = (int) (last & mask) * WORDS;
        words[word + TIME] = nowNs;
        words[word + PREVIOUS] = previous;
        words[word + PACKED] = (long) kind << KIND_SHIFT
                | (long) code << CODE_SHIFT
                | (reply == null ? 0L : reply.ordinal() + 1L) << REPLY_SHIFT
                | Math.min(length, Integer.MAX_VALUE);
        return last;
    }

    /** Keeps the beginning of [from, to) with the event just recorded. */
    void keepText(final ByteBuffer in, final int from, final int to) {
        final int place = (int) (last & mask);
        final int count = Math.min(TEXT_OCTETS, to - from);
        in.get(from, texts, place * TEXT_OCTETS, count);
        words[place * WORDS + PACKED] |= (long) count << TEXT_SHIFT;
    }

    /** A session has ended; tells the listener if it ended badly. */
    void onEnd(
            final Flight flight,
            final Peer peer,
            final Greeting greeting,
            final CloseReason reason,
            final HandshakeFailure handshakeFailure,
            final State state,
            final long openedNs) {
        if (!TELLING.contains(handshakeFailure) && isQuiet(reason, state, flight.events())) {
            return;
        }
        final FlightReport report = listener.tryTake(nowNs);
        if (report == null) {
            return;
        }
        report.begin(peer, greeting, reason, handshakeFailure, state);
        long event = flight.last();
        while (event != NOTHING && last - event <= mask && report.hasRoom()) {
            final int place = (int) (event & mask);
            report.prepend(words, texts, place);
            event = words[place * WORDS + PREVIOUS];
        }
        report.end(openedNs, nowNs, flight.events());
        listener.offer(report);
    }

    private static boolean isQuiet(final CloseReason reason, final State state, final int events) {
        if (QUIET.contains(reason) || events == 0 && QUIET_WITHOUT_EVENTS.contains(reason)) {
            return true;
        }
        // As if it had closed: so do the health checks of balancers.
        return reason == CloseReason.CONNECTION_RESET && (state == State.EXPECT_HELLO || state == State.EXPECT_MAIL);
    }

    // What is packed

    static int kind(final long packed) {
        return (int) (packed >>> KIND_SHIFT);
    }

    static int code(final long packed) {
        return (int) (packed >>> CODE_SHIFT) & 0x3FF;
    }

    static int reply(final long packed) {
        return (int) (packed >>> REPLY_SHIFT) & 0x1FF;
    }

    static int textLength(final long packed) {
        return (int) (packed >>> TEXT_SHIFT) & 0x3F;
    }

    static int length(final long packed) {
        return (int) packed & Integer.MAX_VALUE;
    }

    /** Whether the beginning of a command's argument is kept: that of the envelope, which the transaction log has, too. */
    static boolean keepsArgument(final Verb verb) {
        return verb == Verb.MAIL || verb == Verb.RCPT;
    }
}
