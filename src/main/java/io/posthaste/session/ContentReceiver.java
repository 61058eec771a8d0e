package io.posthaste.session;

import io.posthaste.envelope.Envelope;
import io.posthaste.memory.Block;
import io.posthaste.reply.Reply;
import io.posthaste.wire.EndOfData;
import java.nio.ByteBuffer;

/**
 * Takes the content of a message (RFC 5321 section 4.1.1.4) up to CRLF.CRLF, undoes dot-stuffing (4.5.2) and enforces what
 * can be wrong with it. A refused content is swallowed to its true end, so that the session stays in step.
 */
final class ContentReceiver {
    private Envelope envelope;
    private boolean stores;
    private long limitOctets;

    private int scanState;
    private long octets;
    private boolean complete;
    private Reply refusal;

    /** Begins a message behind the {@code 354}. */
    void begin(final Envelope envelope, final boolean stores, final long limitOctets) {
        this.envelope = envelope;
        this.stores = stores;
        this.limitOctets = limitOctets;
        scanState = EndOfData.LINE_START;
        octets = 0;
        complete = false;
        refusal = null;
    }

    /**
     * Takes octets [from, to) as far as the content goes. They may lie in the envelope's tail block already.
     *
     * @return the position behind what was taken: {@code to}, or behind the end of data
     */
    int receive(final ByteBuffer in, final int from, final int to) {
        int position = from;
        while (position < to) {
            final long scan = EndOfData.scan(in, position, to, scanState);
            final int next = EndOfData.position(scan);
            scanState = EndOfData.state(scan);
            take(in, position, next - EndOfData.withheld(scan));
            position = next;
            final int event = EndOfData.event(scan);
            if (event == EndOfData.END_OF_DATA) {
                envelope.contentLength(octets);
                complete = true;
                return position;
            }
            if (event == EndOfData.BARE_LF || event == EndOfData.BARE_CR) {
                refuse(Reply.BARE_LINE_ENDING_IN_CONTENT);
            }
        }
        return position;
    }

    /** Whether the end of data was seen. */
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

    /** Whether more octets will need memory. */
    boolean stores() {
        return stores;
    }

    /** Where the next octets are best read to, or null: the envelope's tail. */
    Block tailForRead() {
        return stores ? envelope.content().tailForRead() : null;
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
