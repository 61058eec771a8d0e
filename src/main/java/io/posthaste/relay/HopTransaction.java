package io.posthaste.relay;

import io.posthaste.relay.TransferOutcome.End;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One message on one connection, from MAIL to the last answer (RFC 5321 section 3.3). Commands are sent and answered in
 * order; with PIPELINING (RFC 2920) they are sent ahead of the answers, DATA too unless nothing may be sent when a recipient
 * is refused.
 *
 * <pre>
 *   MAIL   RCPT … RCPT   DATA   content .   answer (LMTP: one for each recipient taken)
 *   MAIL   RCPT … RCPT          BDAT n LAST content   answer, likewise
 * </pre>
 *
 * An answer that comes before the question is never believed: a 250 counts only once the last octet has been given to the
 * socket. Knows no socket and no clock. One thread.
 */
final class HopTransaction {
    private static final byte[] DATA = octets("DATA\r\n");
    private static final byte[] END_OF_DATA = octets(".\r\n");
    private static final HopReply NOT_SENT =
            HopReply.ours(451, "4.5.0", "Not sent, because another recipient was refused");

    private final OutgoingMessage message;
    private final List<OutgoingMessage.Recipient> recipients;
    private final HopExtensions extensions;
    private final boolean isLmtp;
    private final boolean needsUtf8;
    private final String hop;

    /** The last word on each recipient; null as long as there is none. */
    private final HopReply[] replies;

    /** MAIL is command 0, the recipients follow, then DATA or the chunk. */
    private int sent;

    private int answered;
    private boolean isMailAccepted;
    private int acceptedCount;
    private int finalAnswers;

    /** The server waits for content, or it goes with the chunk that was announced. */
    private boolean isContentDue;

    private ContentWriter content;
    private boolean isAllPut;
    /** Whether the whole of it has been given to the socket. */
    private boolean isAllSent;
    /** DATA was taken although there is nothing to send: it was sent ahead. */
    private boolean isEmpty;

    private boolean isOver;
    private boolean mustReset;
    private boolean mustClose;
    private End end = End.ANSWERED;

    HopTransaction(
            final OutgoingMessage message,
            final HopExtensions extensions,
            final boolean isLmtp,
            final boolean needsUtf8,
            final String hop) {
        this.message = message;
        this.recipients = message.recipients();
        this.extensions = extensions;
        this.isLmtp = isLmtp;
        this.needsUtf8 = needsUtf8;
        this.hop = hop;
        replies = new HopReply[recipients.size()];
    }

    OutgoingMessage message() {
        return message;
    }

    /** Whether every recipient has its last word. */
    boolean isOver() {
        return isOver;
    }

    /** Whether the server may think that a transaction is open; once it is over. */
    boolean mustReset() {
        return mustReset;
    }

    /** Whether the connection is of no more use; once it is over. */
    boolean mustClose() {
        return mustClose;
    }

    /** Whether nothing of it was answered. */
    boolean isUnanswered() {
        return answered == 0;
    }

    /** Whether a bare line ending in the content was repaired. */
    boolean isRepaired() {
        return content != null && content.isRepaired();
    }

    TransferOutcome outcome() {
        return new TransferOutcome(hop, List.of(replies), extensions.dsn(), end);
    }

    /** How long the next progress may take: an answer, or a piece of content taken by the socket. */
    long patienceNs() {
        if (isAllSent) {
            return HopTimeouts.END_NS;
        }
        if (isContentDue || isEmpty) {
            return HopTimeouts.CONTENT_NS;
        }
        if (answered == 0) {
            return HopTimeouts.MAIL_NS;
        }
        return answered <= recipients.size() ? HopTimeouts.RCPT_NS : HopTimeouts.DATA_NS;
    }

    // ---- output

    /**
     * Puts what can be sent now as far as there is room.
     *
     * @throws IOException the content cannot be read
     */
    void putTo(final ByteBuffer out) throws IOException {
        putCommands(out);
        if (isOver || isAllPut) {
            return;
        }
        if (isEmpty) {
            isAllPut = put(END_OF_DATA, out);
        } else if (isContentDue) {
            if (content == null) {
                content = new ContentWriter(message.openContent(), message.contentOctets(), extensions.chunking());
            }
            content.putTo(out);
            isAllPut = content.isComplete();
        }
    }

    /** Whether {@link #putTo} would put more at once; there was no room for it, or an answer has come since. */
    boolean hasMoreToPut() {
        if (isOver) {
            return false;
        }
        if (isContentDue || isEmpty) {
            return !isAllPut;
        }
        if (isMailRefused() || sent > recipients.size() + 1) {
            return false;
        }
        return answered == sent || (sent <= recipients.size() ? extensions.pipelining() : mayPutDataAhead());
    }

    private void putCommands(final ByteBuffer out) {
        final int last = recipients.size();
        while (!isOver && !isMailRefused() && sent <= last && (sent == answered || extensions.pipelining())) {
            final byte[] line = sent == 0
                    ? CommandLines.mail(message, extensions, needsUtf8)
                    : CommandLines.rcpt(recipients.get(sent - 1), extensions);
            if (!put(line, out)) {
                return;
            }
            sent++;
        }
        if (!isOver && !isMailRefused() && sent == last + 1) {
            putDataOrChunk(out);
        }
    }

    private void putDataOrChunk(final ByteBuffer out) {
        final boolean isAnswered = answered == sent;
        if (isAnswered && !isWorthSending()) {
            refuseRest(NOT_SENT);
            end(true);
        } else if (isAnswered && extensions.chunking()) {
            if (put(octets("BDAT " + message.contentOctets() + " LAST\r\n"), out)) {
                sent++;
                isContentDue = true;
            }
        } else if ((isAnswered || mayPutDataAhead()) && put(DATA, out)) {
            sent++;
        }
    }

    private boolean isMailRefused() {
        return answered > 0 && !isMailAccepted;
    }

    /** A single recipient that is refused leaves nobody who could get an empty message. */
    private boolean mayPutDataAhead() {
        return extensions.pipelining()
                && !extensions.chunking()
                && (recipients.size() == 1 || !message.isAllOrNothing());
    }

    private boolean isWorthSending() {
        return acceptedCount > 0 && (!message.isAllOrNothing() || acceptedCount == recipients.size());
    }

    private boolean put(final byte[] line, final ByteBuffer out) {
        if (out.remaining() < line.length) {
            return false;
        }
        out.put(line);
        return true;
    }

    /** Everything that was put has been given to the socket. */
    void onFlushed() {
        isAllSent |= isAllPut;
    }

    // ---- answers

    /**
     * Takes the next answer.
     *
     * @throws MalformedReplyException it makes no sense here
     */
    void onReply(final HopReply reply) throws MalformedReplyException {
        final boolean isFinal = isContentDue || isEmpty;
        if (reply.isClosing()) {
            end = answered == 0 ? End.UNAVAILABLE : End.ANSWERED;
            mustClose = true;
            refuseRest(reply);
            end(false);
        } else if (answered == sent && !isFinal) {
            throw new MalformedReplyException("a reply to nothing: " + reply);
        } else if (answered == 0) {
            answered++;
            onMailReply(reply);
        } else if (answered <= recipients.size()) {
            onRcptReply(answered++ - 1, reply);
        } else if (!isFinal) {
            answered++;
            onDataReply(reply);
        } else {
            onFinalReply(reply);
        }
    }

    private void onMailReply(final HopReply reply) throws MalformedReplyException {
        requireCompletion(reply);
        isMailAccepted = reply.isPositive();
        if (!isMailAccepted) {
            refuseRest(reply);
            endIfNothingIsAhead();
        }
    }

    private void onRcptReply(final int recipient, final HopReply reply) throws MalformedReplyException {
        requireCompletion(reply);
        if (!isMailAccepted) {
            endIfNothingIsAhead();
        } else if (reply.isPositive()) {
            acceptedCount++;
        } else {
            replies[recipient] = reply;
        }
    }

    /** The answer to DATA; a chunk has none but the last. */
    private void onDataReply(final HopReply reply) throws MalformedReplyException {
        if (reply.isPositive()) {
            throw new MalformedReplyException("DATA was answered " + reply);
        }
        if (!reply.isIntermediate()) {
            refuseRest(reply);
            end(isMailAccepted);
        } else if (isWorthSending()) {
            isContentDue = true;
        } else {
            // RFC 2920 section 3.1: what was sent ahead and taken in spite of all is ended at once.
            isEmpty = true;
        }
    }

    private void onFinalReply(final HopReply reply) throws MalformedReplyException {
        requireCompletion(reply);
        if (isEmpty) {
            end(false);
            return;
        }
        if (!isAllSent) {
            if (reply.isPositive()) {
                throw new MalformedReplyException("the content was answered before its end: " + reply);
            }
            // A refusal ahead of the end: true, but the connection is out of step.
            mustClose = true;
            refuseRest(reply);
            end(false);
            return;
        }
        if (!isLmtp) {
            refuseRest(reply);
            end(extensions.chunking() && !reply.isPositive());
            return;
        }
        replies[nextOpen()] = reply;
        if (++finalAnswers == acceptedCount) {
            end(false);
        }
    }

    /** This client refuses it for all recipients; before anything was put. */
    void refuse(final HopReply reply) {
        refuseRest(reply);
        end(false);
    }

    /** Gives up: what has no answer gets this one. */
    void fail(final HopReply reply, final boolean isServerAway) {
        if (isOver) {
            return;
        }
        if (isAllSent && !isEmpty) {
            end = End.UNCERTAIN;
        } else if (isServerAway) {
            end = End.UNAVAILABLE;
        }
        mustClose = true;
        refuseRest(reply);
        end(false);
    }

    private int nextOpen() {
        int recipient = 0;
        while (replies[recipient] != null) {
            recipient++;
        }
        return recipient;
    }

    private void refuseRest(final HopReply reply) {
        for (int i = 0; i < replies.length; i++) {
            if (replies[i] == null) {
                replies[i] = reply;
            }
        }
    }

    /** MAIL was refused: over as soon as the answers to what was sent ahead have come. */
    private void endIfNothingIsAhead() {
        if (answered == sent) {
            end(false);
        }
    }

    private void end(final boolean reset) {
        isOver = true;
        mustReset = reset;
    }

    /** Releases the content. Idempotent. */
    void close() throws IOException {
        if (content != null) {
            content.close();
        }
    }

    private static void requireCompletion(final HopReply reply) throws MalformedReplyException {
        if (reply.isIntermediate()) {
            throw new MalformedReplyException("an intermediate reply where none can be: " + reply);
        }
    }

    private static byte[] octets(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
