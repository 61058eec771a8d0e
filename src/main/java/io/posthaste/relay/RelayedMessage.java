package io.posthaste.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.List;

/** A client's message on its way to the next server: what its envelope says, and our Received field above its content. */
abstract class RelayedMessage implements OutgoingMessage {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final String id;
    private final String reversePath;
    private final List<Recipient> recipients;
    private final Declaration declaration;
    private final byte[] received;
    private final long bodyOctets;
    private HeaderScan header;

    /**
     * @param received our Received field; kept
     * @param bodyOctets that {@link #openBody} has
     */
    RelayedMessage(
            final String id,
            final String reversePath,
            final List<Recipient> recipients,
            final Declaration declaration,
            final byte[] received,
            final long bodyOctets) {
        this.id = id;
        this.reversePath = reversePath;
        this.recipients = List.copyOf(recipients);
        this.declaration = declaration;
        this.received = received;
        this.bodyOctets = bodyOctets;
    }

    /** The content as the client sent it; the caller's. */
    abstract ReadableByteChannel openBody() throws IOException;

    @Override
    public final String id() {
        return id;
    }

    @Override
    public final String reversePath() {
        return reversePath;
    }

    @Override
    public final List<Recipient> recipients() {
        return recipients;
    }

    @Override
    public final Declaration declaration() {
        return declaration;
    }

    @Override
    public final long contentOctets() {
        return received.length + bodyOctets;
    }

    @Override
    public final ReadableByteChannel openContent() throws IOException {
        return new JoinedChannel(ByteBuffer.wrap(received), openBody(), NOTHING);
    }

    @Override
    public final HeaderScan header() throws IOException {
        if (header == null) {
            try (ReadableByteChannel content = openContent()) {
                header = HeaderScan.of(content);
            }
        }
        return header;
    }
}
