package io.posthaste.conformance;

import java.io.IOException;
import java.util.function.IntSupplier;

/** A peer whose server counts the messages that it hands on. */
final class CountingPeer implements DialoguePeer {
    private final DialoguePeer delegate;
    private final IntSupplier messages;
    private final int before;

    CountingPeer(final DialoguePeer delegate, final IntSupplier messages) {
        this.delegate = delegate;
        this.messages = messages;
        this.before = messages.getAsInt();
    }

    @Override
    public void send(final byte[] octets) throws IOException {
        delegate.send(octets);
    }

    @Override
    public int receive(final byte[] into) throws IOException {
        return delegate.receive(into);
    }

    @Override
    public void pause() throws IOException {
        delegate.pause();
    }

    @Override
    public void halfClose() throws IOException {
        delegate.halfClose();
    }

    @Override
    public Handshake startTls() throws IOException {
        return delegate.startTls();
    }

    @Override
    public int delivered() {
        return messages.getAsInt() - before;
    }

    @Override
    public void close() {
        delegate.close();
    }
}
