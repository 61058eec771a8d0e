package io.posthaste.session;

import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.HandshakeFailure;
import io.posthaste.wire.Verb;
import java.nio.ByteBuffer;

/** What one session leaves in the {@link FlightRecorder}. Called on the reactor thread only; allocates nothing. */
final class Flight {
    private final SessionContext context;
    private long openedNs;
    private long last;
    private int events;
    private State endedIn;

    Flight(final SessionContext context) {
        this.context = context;
    }

    void begin(final long nowNs) {
        openedNs = nowNs;
        last = FlightRecorder.NOTHING;
        events = 0;
        endedIn = null;
    }

    /** A command with the argument [from, to) was run, and answered if there was a reply. */
    void command(final Verb verb, final ByteBuffer in, final int from, final int to) {
        if (context.recorder.isOff()) {
            return;
        }
        record(verb.ordinal(), Math.max(0, to - from));
        if (FlightRecorder.keepsArgument(verb) && to > from) {
            context.recorder.keepText(in, from, to);
        }
    }

    /** A command line was refused unread. */
    void refusedLine() {
        record(Verb.UNKNOWN.ordinal(), 0);
    }

    /** Content has come to its end. */
    void content(final long octets) {
        context.noReplyYet();
        record(FlightRecorder.CONTENT, octets);
    }

    /** The last reply came unasked, or for what came before. */
    void reply() {
        record(FlightRecorder.REPLY, 0);
    }

    void tls() {
        context.noReplyYet();
        record(FlightRecorder.TLS, 0);
    }

    private void record(final int kind, final long length) {
        if (!context.recorder.isOff()) {
            last = context.recorder.record(last, kind, length, context.lastCode, context.lastReply);
            events++;
        }
    }

    /** The session ends, while its state is still known; the first time counts. */
    void endsIn(final State state) {
        if (endedIn == null) {
            endedIn = state;
        }
    }

    /** The connection is gone. */
    void end(
            final Peer peer,
            final Greeting greeting,
            final CloseReason reason,
            final HandshakeFailure handshakeFailure) {
        if (!context.recorder.isOff()) {
            context.recorder.onEnd(this, peer, greeting, reason, handshakeFailure, endedIn, openedNs);
        }
    }

    long last() {
        return last;
    }

    /** Events of this session. */
    int events() {
        return events;
    }
}
