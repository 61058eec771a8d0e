package io.posthaste.session;

import io.posthaste.metrics.CloseReason;
import io.posthaste.policy.Verdict;
import io.posthaste.reply.Reply;
import java.nio.ByteBuffer;

/**
 * Where a session stands: its state, what it wants of the connection next, and how it ends. The parts of a
 * {@link Conversation} share it. Called on the reactor thread only.
 */
final class Course {
    private final SessionContext context;
    private State state = State.EXPECT_HELLO;
    private Intent intent = Intent.READ;
    private CloseReason closeReason;
    private boolean draining;

    Course(final SessionContext context) {
        this.context = context;
    }

    /** A session begins. */
    void begin() {
        state = State.EXPECT_HELLO;
        intent = Intent.READ;
        closeReason = null;
        draining = false;
    }

    State state() {
        return state;
    }

    void state(final State newState) {
        state = newState;
    }

    Intent intent() {
        return intent;
    }

    void intend(final Intent newIntent) {
        intent = newIntent;
    }

    /** Why to close; with {@link Intent#CLOSE}. */
    CloseReason closeReason() {
        return closeReason;
    }

    /** Says the last words, and closes. */
    void end(final Reply lastWords, final CloseReason reason, final ByteBuffer out) {
        context.reply(lastWords, out);
        close(reason);
    }

    /** Closes; the last words are said. */
    void close(final CloseReason reason) {
        closeReason = reason;
        intent = Intent.CLOSE;
    }

    /** Refuses what was asked, and closes if that is said with it. */
    void refuse(final Verdict verdict, final ByteBuffer out) {
        verdict.putTo(out);
        context.replied(verdict.code());
        if (verdict.isClosing()) {
            close(CloseReason.POLICY);
        }
    }

    /** Refuses the client in place of the greeting: it may only say QUIT, if it is not closed. */
    void refuseClient(final Verdict verdict, final ByteBuffer out) {
        verdict.putGreetingTo(out);
        context.replied(verdict.greetingCode());
        if (verdict.isClosingGreeting()) {
            close(CloseReason.POLICY);
        } else {
            state = State.EXPECT_QUIT;
        }
    }

    /**
     * Closes when the client has earned it, unless it is closed anyway or something of a message is settled first. A chunk
     * that is not the last settles nothing: it is then answered with this.
     *
     * @return whether it does
     */
    boolean judge(final Breach breach, final ByteBuffer out) {
        if (breach != null && (intent == Intent.READ || isBehindChunk())) {
            end(breach.reply(), breach.closeReason(), out);
            return true;
        }
        return false;
    }

    /** A chunk is complete that is not the last, and not answered yet. */
    private boolean isBehindChunk() {
        return state == State.EXPECT_BDAT && intent == Intent.END_OF_DATA;
    }

    /** The server is stopping: {@link #endWhenDraining} ends the session from now on. */
    void drain() {
        draining = true;
    }

    /** No transaction is open: a good moment to end for the server. */
    void endWhenDraining(final ByteBuffer out) {
        if (draining) {
            end(Reply.SHUTTING_DOWN, CloseReason.SHUTDOWN, out);
        }
    }
}
