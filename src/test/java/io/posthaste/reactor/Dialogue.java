package io.posthaste.reactor;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One session as data: what the client sends, what the server must answer, what must be delivered. */
final class Dialogue {
    /** What is sent in one turn and the codes that answer it. */
    record Turn(byte[] octets, int[] codes) {}

    final String name;
    Setup setup = Setup.INLINE;
    final List<Turn> turns = new ArrayList<>();
    final List<Received> deliveries = new ArrayList<>();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private String hello = "client.test";

    private Dialogue(final String name) {
        this.name = name;
    }

    static Dialogue that(final String name) {
        return new Dialogue(name);
    }

    Dialogue with(final Setup newSetup) {
        setup = newSetup;
        return this;
    }

    /** The client sends command lines, each with its CRLF. */
    Dialogue sends(final String... lines) {
        return sendsOctets(String.join("\r\n", lines) + "\r\n");
    }

    /** The client sends octets as they are, one a character. */
    Dialogue sendsOctets(final String octets) {
        pending.writeBytes(octets.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** The server answers with these codes. */
    Dialogue replies(final int... codes) {
        turns.add(new Turn(pending.toByteArray(), codes));
        pending.reset();
        return this;
    }

    Dialogue greets() {
        return sends("EHLO client.test").replies(250);
    }

    /** EHLO, MAIL, RCPT and DATA. */
    Dialogue startsData() {
        return greets().sends("MAIL FROM:<a@b.test>")
                .replies(250)
                .sends("RCPT TO:<c@d.test>")
                .replies(250)
                .sends("DATA")
                .replies(354);
    }

    /** A transaction within one turn; {@code content} is what must be delivered. */
    Dialogue passesMail(final String wire, final String content) {
        return sendsOctets("MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n" + wire)
                .replies(250, 250, 354, 250)
                .delivers(content);
    }

    Dialogue quits() {
        return sends("QUIT").replies(221);
    }

    /** What HELO or EHLO named, when it was not the usual. */
    Dialogue named(final String helloName) {
        hello = helloName;
        return this;
    }

    /** This content from a@b.test to c@d.test is delivered. */
    Dialogue delivers(final String content) {
        return delivers("a@b.test", List.of("c@d.test"), content);
    }

    Dialogue delivers(final String from, final List<String> to, final String content) {
        return delivers(from, to, content, true, false);
    }

    Dialogue delivers(
            final String from,
            final List<String> to,
            final String content,
            final boolean extended,
            final boolean eightBit) {
        deliveries.add(new Received(
                from, to, setup.keepsContent() ? content : "", content.length(), hello, extended, eightBit, "", ""));
        return this;
    }

    /** The envelope that is delivered last tells these parameters. */
    Dialogue declaring(final String parameters) {
        final int last = deliveries.size() - 1;
        deliveries.set(last, deliveries.get(last).declaring(parameters));
        return this;
    }

    /** All that the client sends. */
    byte[] octets() {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        turns.forEach(turn -> all.writeBytes(turn.octets()));
        return all.toByteArray();
    }

    /** All codes that the server answers, the greeting's first. */
    int[] codes() {
        final List<Integer> all = new ArrayList<>(List.of(220));
        for (final Turn turn : turns) {
            for (final int code : turn.codes()) {
                all.add(code);
            }
        }
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public String toString() {
        return name;
    }
}
