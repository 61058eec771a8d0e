package io.posthaste.envelope;

import io.posthaste.memory.Block;
import io.posthaste.memory.BlockChain;
import io.posthaste.memory.BlockPool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * One mail transaction: who sent it, from where, to whom, and the content (RFC 5321 section 2.3.1).
 *
 * <p>A pooled object whose octets lie in its reactor's blocks. Ownership: the reactor fills it; {@link HandOff#offer}
 * passes it to the delivery, which may read everything and sets {@link #status(DeliveryStatus)}; {@link #complete()} passes
 * it back. After {@code complete()} the delivery must not touch it: it is used again for another transaction. Whoever wants
 * to keep something copies it first.
 *
 * <p>A large content may go to the delivery in parts ({@link Portion}): then the envelope goes back and forth with each, and
 * its content is what has come since the part before.
 */
public final class Envelope {
    /** Octets of {@link #putId}. */
    public static final int ID_LENGTH = EnvelopeIds.TEXT_LENGTH;

    /** Trait: the client said EHLO; Received then says ESMTP (RFC 3848). */
    public static final int EXTENDED = 1;
    /** Trait: BODY=8BITMIME. */
    public static final int EIGHT_BIT = 1 << 1;
    /** Trait: BODY=BINARYMIME. */
    public static final int BINARY = 1 << 2;
    /** Trait: SMTPUTF8. */
    public static final int SMTPUTF8 = 1 << 3;
    /** Trait: RET=FULL. */
    public static final int RETURN_FULL = 1 << 4;
    /** Trait: RET=HDRS. */
    public static final int RETURN_HEADERS = 1 << 5;
    /** Trait: it came over TLS; Received then says ESMTPS (RFC 3848). */
    public static final int SECURE = 1 << 6;
    /** Trait: REQUIRETLS. */
    public static final int TLS_REQUIRED = 1 << 7;

    /** Trait: the client has logged in; Received then says ESMTPSA (RFC 3848). */
    public static final int AUTHENTICATED = 1 << 8;

    // Identity and circumstances, set when the transaction begins.
    private long instance;
    private long sequence;
    private long receivedEpochMs;
    private int traits;
    private Via via;
    private User user;
    private TlsParameters tls;

    // Octets.
    private final RecordChain records;
    private final BlockChain content;
    private long contentLength;

    // Large contents.
    private Portion portion = Portion.WHOLE;
    private Object stored;

    // The way back.
    private ReceiptQueue receipts;
    private Object owner;
    private long completedNs;
    private DeliveryStatus status = DeliveryStatus.ACCEPTED;
    private byte[] reply;
    private boolean free = true;

    private final RecordCursor cursor = new RecordCursor();

    Envelope(final BlockPool pool) {
        records = new RecordChain(pool);
        content = new BlockChain(pool);
    }

    // ---- filling: the reactor's side

    /**
     * Begins a transaction: identity, peer, greeting name and reverse-path. Reactor thread only.
     *
     * @param peer the client's address as an RFC 5321 address literal without brackets, first {@code peerLength} octets
     * @param hello the name the client gave with HELO or EHLO, first {@code helloLength} octets
     * @param traits the sum of those that hold: {@link #EXTENDED}, {@link #EIGHT_BIT} and so on
     * @return false when the pool has run out; the envelope is then to be released
     */
    public boolean begin(
            final EnvelopeIds ids,
            final long epochMs,
            final byte[] peer,
            final int peerLength,
            final byte[] hello,
            final int helloLength,
            final int traits) {
        sequence = ids.next(); // may renew the instance
        instance = ids.instance();
        receivedEpochMs = epochMs;
        this.traits = traits;
        return records.append(peer, peerLength) && records.append(hello, helloLength);
    }

    /** Sets the reverse-path: the mailbox in octets [from, to), empty for the null reverse-path. Once, after begin. */
    public boolean reversePath(final ByteBuffer in, final int from, final int to) {
        return reversePath(in, from, to, to, to);
    }

    /**
     * Sets the reverse-path, and the envelope id of RFC 3461 section 4.4 as it was sent (xtext), empty when there is none.
     * Once, after begin. False when the pool has run out.
     */
    public boolean reversePath(
            final ByteBuffer in, final int from, final int to, final int envelopeIdFrom, final int envelopeIdTo) {
        return records.appendPair(0, in, from, to, envelopeIdFrom, envelopeIdTo);
    }

    /** Adds a forward-path: the mailbox in octets [from, to). False when the pool has run out. */
    public boolean addRecipient(final ByteBuffer in, final int from, final int to) {
        return addRecipient(in, from, to, 0, to, to);
    }

    /**
     * Adds a forward-path with what RFC 3461 lets the client say of it. False when the pool has run out; nothing is added.
     *
     * @param notify flags of section 4.1, 0 when there was no NOTIFY
     * @param originalFrom where ORCPT (section 4.2) begins, as it was sent; an empty range when there was none
     */
    public boolean addRecipient(
            final ByteBuffer in,
            final int from,
            final int to,
            final int notify,
            final int originalFrom,
            final int originalTo) {
        return records.appendPair(notify, in, from, to, originalFrom, originalTo);
    }

    /** Sets who relayed the connection; null for a direct one. Reactor thread only, behind {@link #begin}. */
    public void via(final Via relay) {
        via = relay;
    }

    /** Sets who has logged in; null when nobody has. Reactor thread only, behind {@link #begin}. */
    public void user(final User loggedIn) {
        user = loggedIn;
    }

    /** Sets what was agreed on with TLS; null in the clear. Reactor thread only, behind {@link #begin}. */
    public void tls(final TlsParameters parameters) {
        tls = parameters;
    }

    /** The content being received; the reactor appends to it. */
    public BlockChain content() {
        return content;
    }

    /** Octets of the content; may be more than the chain holds when the delivery wants no content, or has taken parts. */
    public long contentLength() {
        return contentLength;
    }

    public void contentLength(final long octets) {
        contentLength = octets;
    }

    /** Who awaits the receipt; null once the connection is gone. Read and written on the reactor thread only. */
    public Object owner() {
        return owner;
    }

    public void owner(final Object owner) {
        this.owner = owner;
    }

    /** When the end of data was seen, in the reactor's nanosecond clock. */
    public long completedNs() {
        return completedNs;
    }

    public void completedNs(final long nowNs) {
        completedNs = nowNs;
    }

    /** What of the message is handed off, or was last. */
    public Portion portion() {
        return portion;
    }

    /** Says what is handed off; reactor thread only, before the offer. */
    public void portion(final Portion part) {
        portion = part;
    }

    void receipts(final ReceiptQueue receipts) {
        this.receipts = receipts;
    }

    void markTaken() {
        free = false;
    }

    void markFree() {
        if (free) {
            throw new IllegalStateException("envelope released twice");
        }
        free = true;
    }

    /** Gives all blocks back. Reactor thread only. */
    void clear() {
        records.release();
        content.release();
        contentLength = 0;
        owner = null;
        via = null;
        user = null;
        tls = null;
        portion = Portion.WHOLE;
        stored = null;
        status = DeliveryStatus.ACCEPTED;
        reply = null;
    }

    // ---- reading: the delivery's side

    /** Puts the message's id, {@link #ID_LENGTH} ASCII letters and digits, behind the target's position. */
    public void putId(final ByteBuffer target) {
        EnvelopeIds.put(instance, sequence, target);
    }

    /** The message's id: unique over reactors, restarts and clock steps. Allocates. */
    public String id() {
        return EnvelopeIds.text(instance, sequence);
    }

    /** When the transaction began, milliseconds since 1970. */
    public long receivedEpochMs() {
        return receivedEpochMs;
    }

    /** Whether the client said EHLO. */
    public boolean isExtended() {
        return (traits & EXTENDED) != 0;
    }

    /** Whether the client declared BODY=8BITMIME (RFC 6152). */
    public boolean isEightBit() {
        return (traits & EIGHT_BIT) != 0;
    }

    /** Whether the client declared BODY=BINARYMIME (RFC 3030): line ends in the content mean nothing. */
    public boolean isBinary() {
        return (traits & BINARY) != 0;
    }

    /** Whether the client asked for SMTPUTF8 (RFC 6531): addresses and header fields may be UTF-8. */
    public boolean isSmtpUtf8() {
        return (traits & SMTPUTF8) != 0;
    }

    /** Whether it came over TLS. */
    public boolean isSecure() {
        return (traits & SECURE) != 0;
    }

    /** Whether the client has logged in. */
    public boolean isAuthenticated() {
        return (traits & AUTHENTICATED) != 0;
    }

    /** Whether the client asked for REQUIRETLS (RFC 8689): whoever passes the message on must do it over verified TLS. */
    public boolean isTlsRequired() {
        return (traits & TLS_REQUIRED) != 0;
    }

    /** Whether the client wants the whole message in a report of failure: RET=FULL (RFC 3461 section 4.3). */
    public boolean isFullReturnWanted() {
        return (traits & RETURN_FULL) != 0;
    }

    /** Whether the client wants only the header in a report of failure: RET=HDRS (RFC 3461 section 4.3). */
    public boolean isHeaderReturnWanted() {
        return (traits & RETURN_HEADERS) != 0;
    }

    /** The balancer that relayed the connection and what it told of the client; null when it came directly. */
    public Via via() {
        return via;
    }

    /** Who has logged in; null when nobody has. */
    public User user() {
        return user;
    }

    /** What was agreed on with TLS; null when it came in the clear. */
    public TlsParameters tls() {
        return tls;
    }

    /** Places the cursor on the client's address (no brackets; IPv6 with the RFC 5321 tag). */
    public void peer(final RecordCursor place) {
        records.first(place);
    }

    /** Places the cursor on the name the client gave with HELO or EHLO. */
    public void hello(final RecordCursor place) {
        records.first(place);
        records.next(place);
    }

    /** Places the cursor on the reverse-path's mailbox; empty for the null reverse-path. */
    public void reversePath(final RecordCursor place) {
        hello(place);
        records.next(place);
        RecordChain.first(place, place);
    }

    /** Places the cursor on the ENVID parameter of RFC 3461 section 4.4, in xtext; empty when there was none. */
    public void envelopeId(final RecordCursor place) {
        reversePath(place);
        RecordChain.second(place, place);
    }

    /** Forward-paths accepted. */
    public int recipientCount() {
        return Math.max(0, records.recordCount() - 3);
    }

    /** Places the cursor on the first recipient's mailbox; false when there is none. */
    public boolean firstRecipient(final RecordCursor place) {
        if (recipientCount() == 0) {
            return false;
        }
        reversePath(place);
        return nextRecipient(place);
    }

    /** Moves the cursor to the next recipient's mailbox; false behind the last. */
    public boolean nextRecipient(final RecordCursor place) {
        if (!records.next(place)) {
            return false;
        }
        RecordChain.first(place, place);
        return true;
    }

    /**
     * Places a cursor on the ORCPT parameter (RFC 3461 section 4.2, as it was sent) of the recipient that another stands on;
     * empty when there was none.
     *
     * @return the flags of NOTIFY (section 4.1), 0 when there was none
     */
    public int originalRecipient(final RecordCursor recipient, final RecordCursor place) {
        return RecordChain.second(recipient, place);
    }

    /** The client's address as a string; allocates. */
    public String peer() {
        peer(cursor);
        return cursor.asString();
    }

    /** The name the client gave with HELO or EHLO; allocates. */
    public String hello() {
        hello(cursor);
        return cursor.asString();
    }

    /** The reverse-path's mailbox, empty for the null reverse-path; allocates. */
    public String reversePath() {
        reversePath(cursor);
        return cursor.asString();
    }

    /** The recipients' mailboxes in the order given; allocates. */
    public List<String> recipients() {
        final List<String> recipients = new ArrayList<>(recipientCount());
        boolean more = firstRecipient(cursor);
        while (more) {
            recipients.add(cursor.asString());
            more = nextRecipient(cursor);
        }
        return recipients;
    }

    /** Writes the content, as it was sent (dot-stuffing undone), to a channel that may write short but must not refuse. */
    public void writeContentTo(final WritableByteChannel channel) throws IOException {
        for (Block block = content.head(); block != null; block = block.next()) {
            final ByteBuffer view = block.ioView(0, block.length());
            while (view.hasRemaining()) {
                channel.write(view);
            }
        }
    }

    /** The blocks of the content, first to last, for deliveries that write them at once; null when it is empty. Borrowed. */
    public Block contentHead() {
        return content.head();
    }

    /** The content as a stream over the blocks; valid while the envelope is the caller's. */
    public InputStream contentStream() {
        return new ContentInputStream(content.head());
    }

    /** What the delivery keeps of the parts that it took; the delivery's alone. */
    public Object stored() {
        return stored;
    }

    public void stored(final Object newStored) {
        stored = newStored;
    }

    /** The delivery's answer so far. */
    public DeliveryStatus status() {
        return status;
    }

    /** Sets the answer; the delivery's thread only, before {@link #complete()}. */
    public void status(final DeliveryStatus status) {
        this.status = status;
    }

    /** The delivery's own words for a refusal; null when the usual ones will do. */
    public byte[] reply() {
        return reply;
    }

    /**
     * Refuses the message in words of one's own; the delivery's thread only, before {@link #complete()}.
     *
     * @param line a whole reply line of at most 512 octets with CRLF, with the code that goes with the status: {@code 451} for
     *     {@link DeliveryStatus#FAILED_TEMPORARILY}, {@code 554} for {@link DeliveryStatus#REJECTED}
     */
    public void refuse(final DeliveryStatus refusal, final byte[] line) {
        status = refusal;
        reply = line;
    }

    /** Sends the receipt: passes the envelope, with its status, back to its reactor. Any thread, exactly once. */
    public void complete() {
        receipts.offer(this);
    }
}
