package io.posthaste.relay;

import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.forward.ForwardedMessage;
import io.posthaste.forward.Settlement;
import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A message of a spool, and a settlement that writes down what it is told. */
final class StoredFixture implements ForwardedMessage, Settlement {
    /** Sun, 22 Nov 2026 06:16:34 UTC. */
    private static final long EPOCH_MS = 1_795_328_194_567L;

    private final String reversePath;
    private final int traits;
    private final String envelopeId;
    private final List<Recipient> recipients = new ArrayList<>();
    private String content = "From: ann@a.example\r\nSubject: hello\r\n\r\nbody\r\n";
    boolean isExpired;
    /** What opening the content fails with; null when it does not. */
    Error contentFailure;

    /** What each recipient was settled as, by its index; "unavailable" under -1. */
    final Map<Integer, String> settled = new TreeMap<>();

    StoredFixture(final String reversePath, final int traits, final String envelopeId) {
        this.reversePath = reversePath;
        this.traits = traits;
        this.envelopeId = envelopeId;
    }

    static StoredFixture from(final String reversePath) {
        return new StoredFixture(reversePath, StoredEnvelope.EXTENDED, "");
    }

    StoredFixture to(final String mailbox) {
        return to(mailbox, 0, "");
    }

    StoredFixture to(final String mailbox, final int notifyFlags, final String original) {
        // An index need not be a place in this list: others may be settled already.
        recipients.add(new Recipient(recipients.size() + 3, mailbox, notifyFlags, original));
        return this;
    }

    StoredFixture content(final String newContent) {
        content = newContent;
        return this;
    }

    @Override
    public long sequence() {
        return 7;
    }

    @Override
    public StoredEnvelope envelope() {
        return new StoredEnvelope(
                "0123456789abcdefghijkl",
                EPOCH_MS,
                EPOCH_MS + 5,
                traits,
                "",
                "192.0.2.7",
                "client.example",
                reversePath,
                envelopeId,
                recipients.stream()
                        .map(one ->
                                new StoredEnvelope.Recipient(one.mailbox(), one.notifyFlags(), one.originalRecipient()))
                        .toList(),
                "");
    }

    @Override
    public String hostname() {
        return "edge.example";
    }

    @Override
    public List<Recipient> recipients() {
        return List.copyOf(recipients);
    }

    @Override
    public long contentOctets() {
        return content.length();
    }

    @Override
    public ReadableByteChannel openContent() {
        if (contentFailure != null) {
            throw contentFailure;
        }
        return Channels.newChannel(new ByteArrayInputStream(content.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Override
    public int attempts() {
        return 0;
    }

    @Override
    public boolean isExpired() {
        return isExpired;
    }

    @Override
    public void delivered(final int recipient, final String reply) {
        settle(recipient, "delivered: " + reply);
    }

    @Override
    public void deferred(final int recipient, final String reason) {
        settle(recipient, "deferred: " + reason);
    }

    @Override
    public void failed(final int recipient, final String reason) {
        settle(recipient, "failed: " + reason);
    }

    @Override
    public void unavailable(final String reason) {
        settle(-1, reason);
    }

    private void settle(final int recipient, final String what) {
        if (settled.put(recipient, what) != null) {
            throw new AssertionError("settled twice: " + recipient);
        }
    }
}
