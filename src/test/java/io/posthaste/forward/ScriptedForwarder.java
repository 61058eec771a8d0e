package io.posthaste.forward;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Keeps what it is given until the test says what becomes of it, or does what it was told to do at once. */
final class ScriptedForwarder implements Forwarder {
    /** A message given, once. */
    record Given(ForwardedMessage message, Settlement settlement, String content) {
        void delivered() {
            message.recipients().forEach(recipient -> settlement.delivered(recipient.index(), "taken"));
        }

        void deferred() {
            message.recipients().forEach(recipient -> settlement.deferred(recipient.index(), "busy"));
        }

        void failed() {
            message.recipients().forEach(recipient -> settlement.failed(recipient.index(), "unknown"));
        }

        void unavailable() {
            settlement.unavailable("nobody is there");
        }
    }

    final List<Given> given = new ArrayList<>();
    Consumer<Given> atOnce = one -> {};
    String description = "scripted:";
    int window = 1000;
    boolean reportsFailures;
    Runnable whenAskedForReports = () -> {};
    Runnable whenFlushed = () -> {};
    int flushes;
    boolean closed;

    /** Delivers all at once. */
    static ScriptedForwarder taking() {
        final ScriptedForwarder forwarder = new ScriptedForwarder();
        forwarder.atOnce = Given::delivered;
        return forwarder;
    }

    /** The contents of what was given, in order. */
    List<String> contents() {
        return given.stream().map(Given::content).toList();
    }

    /** The messages given since this was asked for. */
    List<Given> take() {
        final List<Given> taken = List.copyOf(given);
        given.clear();
        return taken;
    }

    static String content(final ForwardedMessage message) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteBuffer piece = ByteBuffer.allocate(100);
        try (ReadableByteChannel content = message.openContent()) {
            while (content.read(piece) >= 0) {
                Channels.newChannel(out).write(piece.flip());
                piece.clear();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        if (out.size() != message.contentOctets()) {
            throw new AssertionError(out.size() + " octets, not " + message.contentOctets());
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public int window() {
        return window;
    }

    @Override
    public void forward(final ForwardedMessage message, final Settlement settlement) {
        final Given one = new Given(message, settlement, content(message));
        given.add(one);
        atOnce.accept(one);
    }

    @Override
    public void flush() {
        flushes++;
        whenFlushed.run();
    }

    @Override
    public boolean reportsFailures() {
        whenAskedForReports.run();
        return reportsFailures;
    }

    @Override
    public void close() {
        closed = true;
    }
}
