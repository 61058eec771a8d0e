package io.posthaste.relay;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A message to one's liking that notes what became of it. */
final class TestMessage implements OutgoingMessage {
    static final Declaration PLAIN = new Declaration(false, false, false, false, false, false, "");

    private final String reversePath;
    private final List<Recipient> recipients = new ArrayList<>();
    private final byte[] content;
    private Declaration declaration = PLAIN;
    private boolean isAllOrNothing;
    private Error headerFailure;
    private RuntimeException contentFailure;
    private Long begunNs;
    private RuntimeException settlingFailure;
    private Error recipientsFailure;
    private TransferOutcome outcome;
    private int settlements;

    TestMessage(final String reversePath, final String content, final String... recipients) {
        this.reversePath = reversePath;
        this.content = content.getBytes(StandardCharsets.ISO_8859_1);
        for (final String recipient : recipients) {
            this.recipients.add(new Recipient(recipient, 0, ""));
        }
    }

    /** From ann@a.example, with these recipients. */
    static TestMessage to(final String... recipients) {
        return new TestMessage("ann@a.example", "Subject: x\r\n\r\nhello\r\n", recipients);
    }

    TestMessage declared(final Declaration newDeclaration) {
        declaration = newDeclaration;
        return this;
    }

    TestMessage with(final Recipient recipient) {
        recipients.add(recipient);
        return this;
    }

    TestMessage allOrNothing() {
        isAllOrNothing = true;
        return this;
    }

    /** Looking at its header fails. */
    TestMessage failing(final Error failure) {
        headerFailure = failure;
        return this;
    }

    /** Opening its content fails. */
    TestMessage failing(final RuntimeException failure) {
        contentFailure = failure;
        return this;
    }

    /** It fails itself when it is settled. */
    TestMessage failingWhenSettled(final RuntimeException failure) {
        settlingFailure = failure;
        return this;
    }

    /** From now on its recipients cannot be had: for want of memory, say. */
    void failsToTellItsRecipients(final Error failure) {
        recipientsFailure = failure;
    }

    /** Somebody has waited for it since then. */
    TestMessage begun(final long newBegunNs) {
        begunNs = newBegunNs;
        return this;
    }

    boolean isSettled() {
        return settlements > 0;
    }

    TransferOutcome outcome() {
        if (settlements != 1) {
            throw new AssertionError("settled " + settlements + " times");
        }
        return outcome;
    }

    /** The codes of the replies, in order. */
    List<Integer> codes() {
        return outcome().replies().stream().map(HopReply::code).toList();
    }

    @Override
    public String id() {
        return "test";
    }

    @Override
    public String reversePath() {
        return reversePath;
    }

    @Override
    public List<Recipient> recipients() {
        if (recipientsFailure != null) {
            throw recipientsFailure;
        }
        return recipients;
    }

    @Override
    public Declaration declaration() {
        return declaration;
    }

    @Override
    public long contentOctets() {
        return content.length;
    }

    @Override
    public ReadableByteChannel openContent() {
        if (contentFailure != null) {
            throw contentFailure;
        }
        return Channels.newChannel(new ByteArrayInputStream(content));
    }

    @Override
    public HeaderScan header() throws IOException {
        if (headerFailure != null) {
            throw headerFailure;
        }
        return HeaderScan.of(Channels.newChannel(new ByteArrayInputStream(content)));
    }

    @Override
    public long begunNs(final long nowNs) {
        return begunNs == null ? nowNs : begunNs;
    }

    @Override
    public boolean isAllOrNothing() {
        return isAllOrNothing;
    }

    @Override
    public void settled(final TransferOutcome newOutcome) {
        outcome = newOutcome;
        settlements++;
        if (settlingFailure != null) {
            throw settlingFailure;
        }
    }
}
