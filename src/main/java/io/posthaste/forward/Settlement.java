package io.posthaste.forward;

/**
 * What became of the recipients of a message at an attempt. Each of {@link ForwardedMessage#recipients()} is settled once;
 * what comes a second time for a recipient is passed over. Any thread; never blocks.
 */
public interface Settlement {
    /**
     * The target has it and answers for it now.
     *
     * @param recipient {@link ForwardedMessage.Recipient#index}
     * @param reply what it said, one line for the log
     */
    void delivered(int recipient, String reply);

    /**
     * Not now (a reply 4yz, say): it is tried again later, by the framework's back-off, until it expires.
     *
     * @param reason one line for the log
     */
    void deferred(int recipient, String reason);

    /**
     * Never (a reply 5yz, or expired): it is not tried again. See {@link Forwarder#reportsFailures()} for what must be done
     * before.
     *
     * @param reason one line for the log and the operator
     */
    void failed(int recipient, String reason);

    /**
     * The target itself is away, or takes nothing from anybody now (no connection, a reply 421): nothing was said about this
     * message. Settles all its recipients that are not settled yet. They stay as they were, no attempt is counted, they do
     * not expire by it; everything pauses, and then one message is tried before others follow.
     *
     * @param reason one line for the log
     */
    void unavailable(String reason);
}
