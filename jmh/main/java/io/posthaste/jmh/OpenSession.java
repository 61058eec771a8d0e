package io.posthaste.jmh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.posthaste.delivery.InlineHandOff;
import io.posthaste.delivery.discard.DiscardDelivery;
import io.posthaste.envelope.Doorbell;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.memory.Block;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.policy.RecipientPolicy;
import io.posthaste.policy.SessionRules;
import io.posthaste.session.Intent;
import io.posthaste.session.Peer;
import io.posthaste.session.Session;
import io.posthaste.session.SessionContext;
import io.posthaste.session.SessionProfile;
import io.posthaste.session.TransactionListener;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemEpochClock;

/**
 * A session behind EHLO with everything it needs, default limits and a delivery that discards on the same thread; and an
 * input buffer of 64 KiB to be filled before. Its clock goes on by a microsecond with each read.
 */
final class OpenSession {
    static final List<String> DOMAINS = List.of("example.org", "example.net");

    private static final int REPLY_BUFFER_OCTETS = 64 * 1024;
    private static final long MEMORY_OCTETS = 4L * BlockPool.SLAB;
    private static final long STEP_NS = TimeUnit.MICROSECONDS.toNanos(1);

    private final BlockPool pool = new BlockPool(MEMORY_OCTETS);
    private final ByteBuffer in = ByteBuffer.allocateDirect(Block.LARGE);
    private final ByteBuffer out = ByteBuffer.allocateDirect(REPLY_BUFFER_OCTETS);
    private final Session session;
    private long nowNs;

    OpenSession(final ContentFate fate) {
        session = new Session(newContext(fate));
        session.open(new Peer(InetAddress.getLoopbackAddress()), this, nowNs);
        session.greet(out, nowNs);
        consume(0, put("EHLO client.example.com\r\n"));
        in.clear();
        out.clear();
    }

    /** What the client sends, from its start to its position. */
    ByteBuffer in() {
        return in;
    }

    /** The replies since the buffer was last cleared. */
    ByteBuffer out() {
        return out;
    }

    /** Puts text behind what the client sends; returns the index behind it. */
    int put(final String text) {
        return in.put(text.getBytes(US_ASCII)).position();
    }

    /** Consumes octets [from, to), all of them. */
    void consume(final int from, final int to) {
        final int position = consumeSome(from, to);
        if (position != to) {
            throw new IllegalStateException("consumed to " + position + " of " + to);
        }
    }

    /** Consumes octets of [from, to) up to the next end of data; returns the position behind them. */
    int consumeSome(final int from, final int to) {
        nowNs += STEP_NS;
        return session.consume(in, from, to, out, nowNs);
    }

    /** The content is complete and must be taken. */
    void endOfData() {
        if (session.intent() != Intent.END_OF_DATA) {
            throw new IllegalStateException("wants " + session.intent());
        }
        final int reply = out.position();
        session.endOfData(out, nowNs);
        if (out.get(reply) != '2') {
            throw new IllegalStateException("not accepted");
        }
    }

    /** Ends the session; every block must be home again. */
    void close() {
        session.close();
        if (pool.inUseOctets() != 0) {
            throw new IllegalStateException(pool.inUseOctets() + " octets of blocks were not given back");
        }
    }

    private SessionContext newContext(final ContentFate fate) {
        final SessionProfile profile = new SessionProfile(
                "mx.example.org",
                SessionRules.DEFAULTS.withRecipients(RecipientPolicy.ofDomains(DOMAINS)),
                address -> false,
                trusted -> List.of());
        final ReceiptQueue noReceipts = new ReceiptQueue(1, new Doorbell(() -> {}));
        return new SessionContext(
                profile,
                new EnvelopePool(pool, noReceipts),
                new EnvelopeIds(EnvelopeIds.newInstance(System.currentTimeMillis()), 0),
                new InlineHandOff(new DiscardDelivery()),
                fate == ContentFate.KEPT,
                new ReactorMetrics(),
                SystemEpochClock.INSTANCE,
                TransactionListener.NONE);
    }
}
