package io.posthaste.policy;

import java.util.concurrent.CompletionStage;

/**
 * One's own policy: who may connect, send, be sent to. Asked when a client connects, at MAIL and at each RCPT, after the
 * server's own checks let them pass.
 *
 * <p>Called on reactor threads, several at once: a method must not block, for a reactor serves thousands of connections. It
 * answers at once with {@link Verdict#now()}, which costs nothing, or returns a stage that is completed later, on any thread.
 * While that is awaited the session neither reads on nor answers, so replies keep their order; other sessions go on. What is
 * not answered in time, fails or is null counts as {@code 451 4.7.1}; an answer that comes later is dropped.
 */
public interface Policy {
    /**
     * A client has connected and waits for its greeting; within TLS where that begins before it. At this point a refusal is
     * 421 or 554, whatever 4yz or 5yz the verdict has.
     */
    default CompletionStage<Verdict> onConnect(final Question question) {
        return Verdict.ACCEPT.now();
    }

    /** MAIL: {@link Question#sender()} wants to send. */
    default CompletionStage<Verdict> onSender(final Question question) {
        return Verdict.ACCEPT.now();
    }

    /** RCPT: {@link Question#recipient()} is to be sent to. */
    default CompletionStage<Verdict> onRecipient(final Question question) {
        return Verdict.ACCEPT.now();
    }
}
