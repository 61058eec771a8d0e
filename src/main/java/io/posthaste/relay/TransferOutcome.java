package io.posthaste.relay;

import java.util.Collections;
import java.util.List;

/**
 * What became of a message at the next server.
 *
 * @param hop the next server, for people; empty when none was reached
 * @param replies the last word on each recipient, in their order
 * @param isDsnPassedOn whether the parameters of RFC 3461 were passed on: the next server notifies then, not we
 * @param end how far it came
 */
record TransferOutcome(String hop, List<HopReply> replies, boolean isDsnPassedOn, End end) {
    /** How far a transfer came. */
    enum End {
        /** The next server said something of this message, or this client refused it. */
        ANSWERED,
        /** The next server is away or takes nothing from us: nothing was said of this message. */
        UNAVAILABLE,
        /** All of it was sent and no answer came: the next server may have it all the same. */
        UNCERTAIN
    }

    TransferOutcome {
        replies = List.copyOf(replies);
    }

    /** The same for all recipients, without anything having been sent. */
    static TransferOutcome ofAll(final OutgoingMessage message, final String hop, final HopReply reply, final End end) {
        return new TransferOutcome(hop, Collections.nCopies(message.recipients().size(), reply), false, end);
    }

    /** The same, as said of this message: it counts as an attempt. */
    TransferOutcome asAnswered() {
        return new TransferOutcome(hop, replies, isDsnPassedOn, End.ANSWERED);
    }

    /** Whether every recipient was taken. */
    boolean isDelivered() {
        return replies.stream().allMatch(HopReply::isPositive);
    }

    /** The one answer for all: the first for good, else the first for now; null when every recipient was taken. */
    HopReply refusal() {
        return replies.stream()
                .filter(HopReply::isPermanent)
                .findFirst()
                .or(() -> replies.stream()
                        .filter(reply -> reply.isTransient() && !reply.isOurs())
                        .findFirst())
                .or(() -> replies.stream().filter(reply -> !reply.isPositive()).findFirst())
                .orElse(null);
    }
}
