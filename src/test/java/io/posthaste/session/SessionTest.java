package io.posthaste.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.Doorbell;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.HandOff;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.policy.SessionRules;
import io.posthaste.reply.HelpTopics;
import io.posthaste.reply.Reply;
import io.posthaste.wire.ArgumentError;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session alone: octets in, replies and intents out. Whole dialogues are tested with the reactor. */
final class SessionTest {
    private static final int ROOM = 16 * 1024;

    private final BlockPool pool = new BlockPool(1);
    private final EnvelopePool envelopes = new EnvelopePool(pool, new ReceiptQueue(2, new Doorbell(() -> {})));
    private final ReactorMetrics metrics = new ReactorMetrics();
    private final ScriptedHandOff handOff = new ScriptedHandOff();
    private List<String> status = List.of("fine");
    private List<String> help = List.of("a=1", "b=2");
    private boolean trusted;
    private final Session session = new Session(context("mx.test"));
    private final ByteBuffer out = ByteBuffer.allocate(ROOM);

    private SessionContext context(final String hostname) {
        final SessionProfile profile =
                new SessionProfile(hostname, SessionRules.DEFAULTS, address -> trusted, new StatusSource() {
                    @Override
                    public List<String> status(final boolean forTrusted) {
                        return forTrusted ? status : List.of("in service");
                    }

                    @Override
                    public List<String> help(final String topic) {
                        return topic.equals("Verify 12  x") ? help : List.of();
                    }
                });
        return new SessionContext(
                profile, envelopes, new EnvelopeIds(1, 0), handOff, true, metrics, () -> 0, TransactionListener.NONE);
    }

    @AfterEach
    void everythingIsHome() {
        session.close();
        session.close();
        assertEquals(0, pool.inUseOctets());
        assertEquals(0, envelopes.inUse());
    }

    private void open() throws UnknownHostException {
        session.open(new Peer(InetAddress.getByName("2001:db8::1")), this, 0);
        session.greet(out, 0);
        replies("220 mx.test ESMTP Posthaste\r\n");
    }

    /** Octets consumed of the text. */
    private int consumes(final String text) {
        final ByteBuffer in = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        final int position = session.consume(in, 0, in.limit(), out, 0);
        assertEquals(0, in.position());
        return position;
    }

    private String replies() {
        final String text = StandardCharsets.US_ASCII.decode(out.flip()).toString();
        out.clear();
        return text;
    }

    private void replies(final String expected) {
        assertEquals(expected, replies());
    }

    private void openTransaction() throws UnknownHostException {
        open();
        consumes("EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
        replies();
    }

    @Test
    void shouldLeaveHalfALineToTheCaller() throws UnknownHostException {
        open();
        assertEquals(6, consumes("NOOP\r\nNOOP\r"));
        assertEquals(Intent.READ, session.intent());
        replies(Reply.NOOP_OK.line() + "\r\n");
    }

    @Test
    void shouldConsumeNothingThatItHasNoRoomToAnswer() throws UnknownHostException {
        open();
        out.limit(Session.LONGEST_REPLY - 1);
        assertEquals(0, consumes("NOOP\r\n"));
        assertEquals(Intent.FLUSH, session.intent());
        out.limit(Session.LONGEST_REPLY);
        assertEquals(6, consumes("NOOP\r\nNOOP\r\n"));
        assertEquals(Intent.FLUSH, session.intent());
        out.clear();
    }

    /** Content takes no room, and its 250 had its room reserved with DATA. */
    @Test
    void shouldTakeContentWithoutRoomForReplies() throws UnknownHostException {
        openTransaction();
        out.limit(100);
        handOff.outcome = HandOff.Outcome.COMPLETED;
        assertEquals(6, consumes("x\r\n.\r\nNOOP\r\n"));
        assertEquals(Intent.END_OF_DATA, session.intent());
        session.endOfData(out, 0);
        assertEquals(Intent.READ, session.intent());
        assertTrue(replies().startsWith("250 2.0.0 OK id="));
    }

    @Test
    void shouldFitEveryReplyIntoTheRoomItAsksFor() throws UnknownHostException {
        assertTrue(HelpTopics.MAX_REPLY_LENGTH <= Session.LONGEST_REPLY);
        trusted = true;
        status = Collections.nCopies(7, "x".repeat(500));
        open();
        out.limit(Session.LONGEST_REPLY);
        consumes("HELP STATUS\r\n");
        assertEquals(7 * 512, replies().length());
    }

    @Test
    void shouldTellFiguresToTrustedClientsOnly() throws UnknownHostException {
        open();
        consumes("HELP STATUS\r\n");
        replies("211 2.0.0 in service\r\n");
        trusted = true;
        consumes("HELP STATUS\r\n");
        replies("211 2.0.0 fine\r\n");
    }

    @Test
    void shouldAnswerFurtherTopicsToTrustedClientsOnly() throws UnknownHostException {
        open();
        consumes("HELP Verify 12  x\r\n");
        assertTrue(replies().startsWith("504 "));
        trusted = true;
        consumes("HELP \t Verify 12  x \r\n");
        replies("214-2.0.0 a=1\r\n214 2.0.0 b=2\r\n");
        consumes("HELP Verify\r\n");
        assertTrue(replies().startsWith("504 "));
        assertEquals(1, metrics.replies(214));
        assertEquals(2, metrics.replies(504));
        help = Collections.nCopies(40, "x".repeat(90));
        out.limit(Session.LONGEST_REPLY);
        consumes("HELP Verify 12  x\r\n");
        assertEquals(40 * (90 + 12), replies().length(), "the most that may be said");
    }

    @Test
    void shouldAskAgainWhileTheQueueIsFull() throws UnknownHostException {
        openTransaction();
        consumes("x\r\n.\r\n");
        handOff.outcome = HandOff.Outcome.FULL;
        session.endOfData(out, 0);
        session.endOfData(out, 0);
        assertEquals(Intent.END_OF_DATA, session.intent());
        session.giveUpHandOff(out, 0);
        assertEquals(Intent.READ, session.intent());
        replies(Reply.QUEUE_FULL.line() + "\r\n");
        assertEquals(0, envelopes.inUse());
    }

    @Test
    void shouldAwaitTheReceipt() throws UnknownHostException {
        openTransaction();
        consumes("x\r\n.\r\n");
        handOff.outcome = HandOff.Outcome.QUEUED;
        session.endOfData(out, 0);
        assertEquals(Intent.AWAIT_RECEIPT, session.intent());
        assertEquals(this, handOff.offered.owner());
        replies("");
        session.onReceipt(out, 0);
        assertTrue(replies().startsWith("250 2.0.0 OK id="));
        assertThrows(IllegalStateException.class, () -> session.onReceipt(out, 0));
    }

    @Test
    void shouldLeaveTheEnvelopeToTheDeliveryWhenItCloses() throws UnknownHostException {
        openTransaction();
        consumes("x\r\n.\r\n");
        handOff.outcome = HandOff.Outcome.QUEUED;
        session.endOfData(out, 0);
        session.close();
        assertEquals(1, envelopes.inUse());
        assertNull(handOff.offered.owner());
        envelopes.release(handOff.offered);
    }

    @Test
    void shouldSayWhyItCloses() throws UnknownHostException {
        open();
        session.onTimeout(out);
        assertEquals(Intent.CLOSE, session.intent());
        assertEquals(CloseReason.COMMAND_TIMEOUT, session.closeReason());
        session.close();
        replies(Reply.IDLE_TIMEOUT.line() + "\r\n");

        openTransaction();
        session.onTimeout(out);
        assertEquals(CloseReason.DATA_TIMEOUT, session.closeReason());
        session.close();
        replies();

        open();
        session.drain(out);
        assertEquals(CloseReason.SHUTDOWN, session.closeReason());
    }

    @Test
    void shouldHaveMadeProgressByWholeCommandsAndContentOnly() throws UnknownHostException {
        open();
        consumes("NOO");
        assertTrue(!session.takeProgress());
        consumes("x".repeat(3000));
        assertTrue(!session.takeProgress());
        consumes("\r\n");
        assertTrue(session.takeProgress());
        assertTrue(!session.takeProgress());
        consumes("EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
        session.takeProgress();
        consumes("x");
        assertTrue(session.takeProgress());
    }

    @Test
    void shouldRecordThePeerAsAnAddressLiteral() throws UnknownHostException {
        openTransaction();
        handOff.outcome = HandOff.Outcome.QUEUED;
        consumes(".\r\n");
        session.endOfData(out, 0);
        assertEquals("IPv6:2001:db8:0:0:0:0:0:1", handOff.offered.peer());
        session.onReceipt(out, 0);
    }

    @Test
    void shouldHaveAReplyForEveryArgumentError() {
        for (final ArgumentError error : ArgumentError.values()) {
            if (error != ArgumentError.NONE) {
                final int sender = ArgumentReplies.sender(error).code();
                final int recipient = ArgumentReplies.recipient(error).code();
                assertTrue(sender == 501 || sender == 555 || sender == 553, error + " " + sender);
                assertTrue(recipient == 501 || recipient == 555 || recipient == 553, error + " " + recipient);
            }
        }
    }

    private static final class ScriptedHandOff implements HandOff {
        private Outcome outcome = Outcome.COMPLETED;
        private Envelope offered;

        @Override
        public Outcome offer(final Envelope envelope) {
            offered = envelope;
            return outcome;
        }

        @Override
        public void onReceipt() {}
    }
}
