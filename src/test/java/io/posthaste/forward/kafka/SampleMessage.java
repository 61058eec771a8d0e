package io.posthaste.forward.kafka;

import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.forward.ForwardedMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;

/** A message made up for a test; without content it cannot be read. */
record SampleMessage(StoredEnvelope envelope, byte[] content, List<Recipient> recipients) implements ForwardedMessage {
    static final long RECEIVED_MS = 1_795_328_194_567L;

    static SampleMessage to(final byte[] content, final String... mailboxes) {
        return to(0, "", content, mailboxes);
    }

    static SampleMessage to(
            final int traits, final String envelopeId, final byte[] content, final String... mailboxes) {
        final List<StoredEnvelope.Recipient> stored = new ArrayList<>();
        final List<Recipient> recipients = new ArrayList<>();
        for (final String mailbox : mailboxes) {
            stored.add(new StoredEnvelope.Recipient(mailbox, 0, ""));
            recipients.add(new Recipient(recipients.size(), mailbox, 0, ""));
        }
        return new SampleMessage(
                new StoredEnvelope(
                        "0000000000000000000001",
                        RECEIVED_MS,
                        RECEIVED_MS + 1,
                        traits,
                        "",
                        "192.0.2.7",
                        "client.example",
                        "a@sender.example",
                        envelopeId,
                        stored,
                        (traits & StoredEnvelope.AUTHENTICATED) == 0 ? "" : "ann\u00e9"),
                content,
                recipients);
    }

    @Override
    public long sequence() {
        return 1;
    }

    @Override
    public String hostname() {
        return "mx.example";
    }

    @Override
    public long contentOctets() {
        return content == null ? 5 : content.length;
    }

    @Override
    public ReadableByteChannel openContent() throws IOException {
        if (content == null) {
            throw new IOException("damaged");
        }
        return Channels.newChannel(new ByteArrayInputStream(content));
    }

    @Override
    public int attempts() {
        return 0;
    }

    @Override
    public boolean isExpired() {
        return false;
    }
}
