package io.posthaste.conformance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A server that says what it was told to: a greeting, then one chunk of output for each write it receives. */
final class ScriptedPeer implements DialoguePeer {
    /** In place of output: the server closes. */
    static final String CLOSES = "(closes)";

    final List<String> received = new ArrayList<>();
    Handshake handshake = Handshake.DONE;
    int delivered = UNKNOWN;
    int pauses;
    private final Deque<String> answers = new ArrayDeque<>();
    private final StringBuilder output = new StringBuilder();
    private boolean isClosed;

    ScriptedPeer(final String... script) {
        answers.addAll(List.of(script));
        answer();
    }

    @Override
    public void send(final byte[] octets) {
        received.add(new String(octets, StandardCharsets.ISO_8859_1));
        answer();
    }

    @Override
    public int receive(final byte[] into) {
        if (output.length() == 0) {
            return isClosed ? CLOSED : NOTHING;
        }
        final int count = Math.min(into.length, output.length());
        final byte[] octets = output.substring(0, count).getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(octets, 0, into, 0, count);
        output.delete(0, count);
        return count;
    }

    @Override
    public void pause() {
        pauses++;
    }

    @Override
    public void halfClose() {
        answer();
    }

    @Override
    public Handshake startTls() {
        return handshake;
    }

    @Override
    public int delivered() {
        return delivered;
    }

    @Override
    public void close() {
        isClosed = true;
    }

    private void answer() {
        final String next = answers.isEmpty() ? "" : answers.removeFirst();
        isClosed |= next.endsWith(CLOSES);
        output.append(next.replace(CLOSES, ""));
    }
}
