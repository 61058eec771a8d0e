package io.posthaste.forward;

import io.posthaste.delivery.spool.StoredEnvelope;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.List;

/** A message on its way to a target, for those of its recipients that are still to get it. Immutable; any thread. */
public interface ForwardedMessage {
    /**
     * A recipient that is not settled yet.
     *
     * @param index its place among the recipients of the envelope, from 0; the same at each attempt
     * @param mailbox the forward-path
     * @param notifyFlags NOTIFY (RFC 3461 section 4.1): 1 NEVER, 2 SUCCESS, 4 FAILURE, 8 DELAY; 0 without
     * @param originalRecipient ORCPT as sent; empty when there was none
     */
    record Recipient(int index, String mailbox, int notifyFlags, String originalRecipient) {}

    /** As in the {@code 250} that the client got. */
    default String id() {
        return envelope().id();
    }

    /** Its number in the spool, from 1, by the order of writing; 0 when it comes without a spool. */
    long sequence();

    /** All that is known but the content: times, peer, HELO, TLS, reverse-path, parameters, all recipients. */
    StoredEnvelope envelope();

    /** The name of this server when it took the message, for Received. */
    String hostname();

    /** Who is still to get it, in the order given; never empty. */
    List<Recipient> recipients();

    /** Octets of the content. */
    long contentOctets();

    /**
     * The content as it came, dot-stuffing undone: {@link #contentOctets()} octets and then the end. May be opened again,
     * and by several at once; each channel belongs to its caller, who closes it.
     *
     * <p>It is checked while it is read: the read that would reach the end throws an IOException when it is damaged. What
     * was read of it until then must not be taken for the message.
     */
    ReadableByteChannel openContent() throws IOException;

    /** Attempts that were made for it before and ended in a deferral. */
    int attempts();

    /**
     * Whether its time is over: this is the last attempt. A recipient that cannot be delivered to now is to be settled as
     * failed, after the sender has been told where a forwarder does that. One that is deferred nevertheless is tried again,
     * as long as it took to expire once more; then the framework settles it as failed.
     */
    boolean isExpired();
}
