package io.posthaste.forward;

import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.delivery.spool.StoredMessage;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * One attempt for a message: what the forwarder reads, and what it says to it. Once all recipients are settled it goes back
 * to the forwarding thread, and nothing changes it any more.
 */
final class Attempt implements ForwardedMessage, Settlement {
    /** What became of a recipient. */
    enum Outcome {
        DELIVERED,
        DEFERRED,
        FAILED,
        UNAVAILABLE
    }

    private static final String NO_REASON = "no reason given";

    private final StoredMessage stored;
    private final OpenMessage place;
    private final List<Recipient> recipients;
    private final int attempts;
    private final boolean expired;
    private final Consumer<Attempt> whenSettled;

    // Guarded by this; by the position among the recipients of the attempt.
    private final Outcome[] outcomes;
    private final String[] reasons;
    private int unsettled;

    /** In the {@link ForwardingInbox} that it is in, and that one's. */
    Attempt next;

    /** @param whenSettled called once, by the thread that settles the last recipient */
    Attempt(
            final StoredMessage stored,
            final OpenMessage place,
            final boolean expired,
            final Consumer<Attempt> whenSettled) {
        this.stored = stored;
        this.place = place;
        this.attempts = place.attempts;
        this.expired = expired;
        this.whenSettled = whenSettled;
        recipients = open(stored.envelope(), place);
        unsettled = recipients.size();
        outcomes = new Outcome[unsettled];
        reasons = new String[unsettled];
    }

    private static List<Recipient> open(final StoredEnvelope envelope, final OpenMessage place) {
        final List<Recipient> open = new ArrayList<>(envelope.recipients().size());
        for (int i = 0; i < envelope.recipients().size(); i++) {
            if (place.isOpen(i)) {
                final StoredEnvelope.Recipient recipient = envelope.recipients().get(i);
                open.add(new Recipient(i, recipient.mailbox(), recipient.notifyFlags(), recipient.originalRecipient()));
            }
        }
        return List.copyOf(open);
    }

    // ---- the message

    @Override
    public long sequence() {
        return stored.sequence();
    }

    @Override
    public StoredEnvelope envelope() {
        return stored.envelope();
    }

    @Override
    public String hostname() {
        return stored.hostname();
    }

    @Override
    public List<Recipient> recipients() {
        return recipients;
    }

    @Override
    public long contentOctets() {
        return stored.contentOctets();
    }

    @Override
    public ReadableByteChannel openContent() throws IOException {
        return stored.openContent();
    }

    @Override
    public int attempts() {
        return attempts;
    }

    @Override
    public boolean isExpired() {
        return expired;
    }

    // ---- the settlement

    @Override
    public void delivered(final int recipient, final String reply) {
        settle(recipient, Outcome.DELIVERED, reply);
    }

    @Override
    public void deferred(final int recipient, final String reason) {
        settle(recipient, Outcome.DEFERRED, reason);
    }

    @Override
    public void failed(final int recipient, final String reason) {
        settle(recipient, Outcome.FAILED, reason);
    }

    @Override
    public void unavailable(final String reason) {
        settleRest(Outcome.UNAVAILABLE, reason);
    }

    /** Settles all that are not settled yet. */
    void settleRest(final Outcome outcome, final String reason) {
        for (int i = 0; i < recipients.size(); i++) {
            settle(recipients.get(i).index(), outcome, reason);
        }
    }

    /** Allocates nothing, nor does telling it: what is noted here and not told would be under way for ever. */
    private void settle(final int recipient, final Outcome outcome, final String reason) {
        final boolean isLast;
        synchronized (this) {
            final int position = position(recipient);
            if (position < 0 || outcomes[position] != null) {
                return;
            }
            outcomes[position] = outcome;
            reasons[position] = reason == null ? NO_REASON : reason;
            isLast = --unsettled == 0;
        }
        if (isLast) {
            whenSettled.accept(this);
        }
    }

    /** Recipients stand in the order of their indexes. */
    private int position(final int recipient) {
        int low = 0;
        int high = recipients.size() - 1;
        while (low <= high) {
            final int middle = (low + high) >>> 1;
            final int index = recipients.get(middle).index();
            if (index == recipient) {
                return middle;
            }
            if (index < recipient) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    // ---- the forwarding thread, once it is settled

    OpenMessage place() {
        return place;
    }

    StoredMessage stored() {
        return stored;
    }

    synchronized Outcome outcome(final int position) {
        return outcomes[position];
    }

    synchronized String reason(final int position) {
        return reasons[position];
    }

    /** The first reason given with an outcome; null when no recipient had it. */
    synchronized String reasonOf(final Outcome outcome) {
        final int position = Arrays.asList(outcomes).indexOf(outcome);
        return position < 0 ? null : reasons[position];
    }
}
