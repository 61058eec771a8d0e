package io.posthaste.session;

import io.posthaste.envelope.TlsParameters;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.HandshakeFailure;
import io.posthaste.reply.Reply;
import io.posthaste.wire.Verb;
import java.nio.charset.StandardCharsets;

/**
 * What a session that ended badly did last: a copy of its events, so that the recorder can go on. Filled on the reactor thread,
 * read by one other thread. Pooled; filling it allocates nothing.
 */
public final class FlightReport {
    /** The last events of a session that are told. */
    public static final int MOST_EVENTS = 32;

    private static final int MOST_NAME_OCTETS = 64;
    private static final Verb[] VERBS = Verb.values();
    private static final Reply[] REPLIES = Reply.values();

    private final long[] words = new long[MOST_EVENTS * FlightRecorder.WORDS];
    private final byte[] texts = new byte[MOST_EVENTS * FlightRecorder.TEXT_OCTETS];
    private final byte[] name = new byte[MOST_NAME_OCTETS];
    private int first;
    private int nameLength;
    private Peer peer;
    private CloseReason reason;
    private HandshakeFailure handshakeFailure;
    private State state;
    private TlsParameters tls;
    private long openedNs;
    private long endedNs;
    private int events;

    // Filling, from the last event to the first

    void begin(
            final Peer client,
            final Greeting greeting,
            final CloseReason why,
            final HandshakeFailure failure,
            final State endedIn) {
        peer = client;
        reason = why;
        handshakeFailure = failure;
        state = endedIn;
        tls = greeting.tls();
        nameLength = Math.min(MOST_NAME_OCTETS, greeting.nameLength());
        System.arraycopy(greeting.name(), 0, name, 0, nameLength);
        first = MOST_EVENTS;
    }

    /** Whether an event before those there are could be told. */
    boolean hasRoom() {
        return first > 0;
    }

    void prepend(final long[] ring, final byte[] ringTexts, final int place) {
        first--;
        System.arraycopy(ring, place * FlightRecorder.WORDS, words, first * FlightRecorder.WORDS, FlightRecorder.WORDS);
        System.arraycopy(
                ringTexts,
                place * FlightRecorder.TEXT_OCTETS,
                texts,
                first * FlightRecorder.TEXT_OCTETS,
                FlightRecorder.TEXT_OCTETS);
    }

    void end(final long sessionOpenedNs, final long nowNs, final int sessionEvents) {
        openedNs = sessionOpenedNs;
        endedNs = nowNs;
        events = sessionEvents;
    }

    // Reading

    public Peer peer() {
        return peer;
    }

    public CloseReason reason() {
        return reason;
    }

    /** Why a handshake of TLS was not completed; null when the session ended otherwise. */
    public HandshakeFailure handshakeFailure() {
        return handshakeFailure;
    }

    /** What the session expected when it ended, such as {@code EXPECT_RCPT}. */
    public String state() {
        return state.name();
    }

    /** What was agreed on with TLS; null in the clear, and when it did not come to that. */
    public TlsParameters tls() {
        return tls;
    }

    /** The name in EHLO or HELO, at most so many octets; empty before. */
    public String hello() {
        return new String(name, 0, nameLength, StandardCharsets.ISO_8859_1);
    }

    /** From the connection to its end, in nanoseconds. */
    public long durationNs() {
        return endedNs - openedNs;
    }

    /** Events of the whole session. */
    public int events() {
        return events;
    }

    /** Of those, the last so many are told: numbers from 0 on in what follows. */
    public int told() {
        return MOST_EVENTS - first;
    }

    /** When an event was, in nanoseconds since the connection. */
    public long timeNs(final int event) {
        return words[(first + event) * FlightRecorder.WORDS + FlightRecorder.TIME] - openedNs;
    }

    private long packed(final int event) {
        return words[(first + event) * FlightRecorder.WORDS + FlightRecorder.PACKED];
    }

    /** The verb of a command, UNKNOWN for a line that is none; null for an event that is no command. */
    public Verb verb(final int event) {
        final int kind = FlightRecorder.kind(packed(event));
        return kind < VERBS.length ? VERBS[kind] : null;
    }

    /** Whether it is the end of content. */
    public boolean isContent(final int event) {
        return FlightRecorder.kind(packed(event)) == FlightRecorder.CONTENT;
    }

    /** Whether it is a handshake of TLS completed. */
    public boolean isTls(final int event) {
        return FlightRecorder.kind(packed(event)) == FlightRecorder.TLS;
    }

    /** Octets of a command's argument, or of content. */
    public int length(final int event) {
        return FlightRecorder.length(packed(event));
    }

    /** The beginning of the argument of MAIL or RCPT; empty for all others. */
    public String text(final int event) {
        return new String(
                texts,
                (first + event) * FlightRecorder.TEXT_OCTETS,
                FlightRecorder.textLength(packed(event)),
                StandardCharsets.ISO_8859_1);
    }

    /** The code of the answer; 0 when there is none yet. */
    public int code(final int event) {
        return FlightRecorder.code(packed(event));
    }

    /** The answer, if it is one whose line is fixed; otherwise null. */
    public Reply reply(final int event) {
        final int number = FlightRecorder.reply(packed(event));
        return number == 0 ? null : REPLIES[number - 1];
    }
}
