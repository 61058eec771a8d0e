package io.posthaste.session;

import io.posthaste.envelope.Envelope;
import io.posthaste.memory.Block;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.policy.BareNewline;
import io.posthaste.reply.Reply;
import io.posthaste.wire.BareLineEndings;
import io.posthaste.wire.EndOfData;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Takes the content of a message and enforces what can be wrong with it. It comes marked, up to CRLF.CRLF behind DATA (RFC
 * 5321 section 4.1.1.4, dot-stuffing undone as of 4.5.2), or counted, in the chunks of BDAT (RFC 3030); the rules on size
 * and line endings are the same. A refused content is swallowed to its true end, so that the session stays in step.
 * Reusable: {@link #begin} for each message, {@link #end} behind it.
 */
final class ContentReceiver {
    private static final ByteBuffer CRLF =
            ByteBuffer.wrap("\r\n".getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();

    private final ContentFaults faults;
    private final BareNewline bareNewline;
    private final long limitOctets;

    private Envelope envelope;
    private boolean stores;
    private boolean binary;
    private int scanState;
    private long octets;
    private long chunkRemaining;
    private boolean complete;
    private Reply refusal;
    private State stateBehindPart;

    ContentReceiver(final ReactorMetrics metrics, final BareNewline bareNewline, final long limitOctets) {
        faults = new ContentFaults(metrics);
        this.bareNewline = bareNewline;
        this.limitOctets = limitOctets;
    }

    /** Begins a message: behind {@code 354}, or with its first chunk. */
    void begin(final Envelope newEnvelope, final boolean storesContent) {
        envelope = newEnvelope;
        stores = storesContent;
        binary = newEnvelope.isBinary();
        octets = 0;
        chunkRemaining = 0;
        complete = false;
        refusal = null;
        scanState = EndOfData.LINE_START;
        faults.begin();
    }

    /** Behind the transaction: holds nothing of it any more. */
    void end() {
        envelope = null;
        refusal = null;
    }

    // ---- marked: DATA

    /**
     * Takes octets [from, to) as far as the content goes. They may lie in the envelope's tail block already.
     *
     * @return the position behind what was taken: {@code to}, or behind the end of data
     */
    int receive(final ByteBuffer in, final int from, final int to) {
        int position = from;
        while (position < to && !complete) {
            final int stateBefore = scanState;
            final long scan = EndOfData.scan(in, position, to, scanState);
            final int next = EndOfData.position(scan);
            scanState = EndOfData.state(scan);
            final int event = EndOfData.event(scan);
            faults.count(in, position, next, event);
            if (event == EndOfData.BARE_CR && stateBefore == EndOfData.AFTER_DOT_CR && keepsBareLineEndings()) {
                // Withheld in an earlier buffer as half a terminator, which it was not.
                take(CRLF, 0, 1);
            }
            takeUpTo(in, position, next - EndOfData.withheld(scan), event);
            position = next;
            if (event == EndOfData.END_OF_DATA) {
                finish();
            }
        }
        return position;
    }

    // ---- counted: BDAT

    /** A chunk of this many octets begins. One that cannot fit is refused before its first octet is kept. */
    void beginChunk(final long size) {
        chunkRemaining = size;
        if (size > limitOctets - octets) {
            refuse(Reply.MESSAGE_TOO_LARGE);
        }
    }

    /** Takes octets of [from, to) that belong to the chunk; returns the position behind them. */
    int receiveChunk(final ByteBuffer in, final int from, final int to) {
        final int end = from + (int) Math.min(chunkRemaining, to - from);
        chunkRemaining -= end - from;
        if (binary) {
            take(in, from, end);
            return end;
        }
        int position = from;
        while (position < end) {
            final long scan = BareLineEndings.scan(in, position, end, scanState);
            final int next = EndOfData.position(scan);
            scanState = EndOfData.state(scan);
            faults.count(in, position, next, EndOfData.event(scan));
            takeUpTo(in, position, next, EndOfData.event(scan));
            position = next;
        }
        return end;
    }

    /** Whether all octets of the chunk are here. */
    boolean isChunkComplete() {
        return chunkRemaining == 0;
    }

    /**
     * The content is at its end.
     *
     * @param isLast whether the last chunk is complete; otherwise it is one that was refused, and nothing more will be
     *     taken of what the client may go on with
     */
    void finishChunks(final boolean isLast) {
        if (!binary && isLast && scanState == EndOfData.AFTER_CR) {
            faults.countLastCr();
            onBareLineEnding(EndOfData.BARE_CR);
        }
        finish();
    }

    // ---- both

    /** Whether the end was seen. */
    boolean isComplete() {
        return complete;
    }

    /** Why the content is not wanted; null when nothing is wrong with it. The first reason found stays. */
    Reply refusal() {
        return refusal;
    }

    /** Gives up on the content: its blocks go back at once, the rest of it is swallowed. */
    void refuse(final Reply reason) {
        if (refusal == null) {
            refusal = reason;
            stores = false;
            envelope.content().release();
        }
    }

    /** The state in which the session goes on behind the part of the content that was handed off; kept here for its time. */
    State stateBehindPart() {
        return stateBehindPart;
    }

    void stateBehindPart(final State state) {
        stateBehindPart = state;
    }

    /** Whether more octets will need memory. */
    boolean stores() {
        return stores;
    }

    /**
     * Where the next octets are best read to, or null: the envelope's tail. Not when octets may have to be put in between,
     * which would overwrite what was read and not taken yet.
     */
    Block tailForRead() {
        return stores && !keepsBareLineEndings() ? envelope.content().tailForRead() : null;
    }

    private boolean keepsBareLineEndings() {
        return bareNewline != BareNewline.REJECT;
    }

    private void finish() {
        envelope.contentLength(octets);
        complete = true;
    }

    /** Takes what a scan stepped over, and sees to the line ending it may have stopped at. */
    private void takeUpTo(final ByteBuffer in, final int from, final int to, final int event) {
        if (event != EndOfData.BARE_LF && event != EndOfData.BARE_CR) {
            take(in, from, to);
        } else {
            // Normalized, an LF goes out with the CRLF that replaces it; a CR is out already, perhaps since long ago.
            final boolean isReplaced = event == EndOfData.BARE_LF && bareNewline == BareNewline.NORMALIZE;
            take(in, from, isReplaced ? to - 1 : to);
            onBareLineEnding(event);
        }
    }

    private void onBareLineEnding(final int event) {
        switch (bareNewline) {
            case REJECT -> refuse(Reply.BARE_LINE_ENDING_IN_CONTENT);
            case NORMALIZE -> take(CRLF, event == EndOfData.BARE_LF ? 0 : 1, 2);
            case ACCEPT -> {}
            default -> throw new IllegalStateException();
        }
    }

    private void take(final ByteBuffer in, final int from, final int to) {
        octets += to - from;
        if (octets > limitOctets) {
            refuse(Reply.MESSAGE_TOO_LARGE);
        }
        if (stores && !envelope.content().append(in, from, to)) {
            refuse(Reply.INSUFFICIENT_MEMORY);
        }
    }
}
