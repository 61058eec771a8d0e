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
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A whole mail transaction through a kept session, from octets to {@code 250}: no socket, no second thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SessionTransactionBenchmark {
    private static final int CONTENT_OCTETS = 4 * 1024;
    private static final int REPLY_BUFFER_OCTETS = 4 * Session.LONGEST_REPLY;
    private static final long MEMORY_OCTETS = 4L * BlockPool.SLAB;

    /** What becomes of the content: checked and counted only, or copied into the envelope's blocks as well. */
    public enum Content {
        DISCARDED,
        KEPT
    }

    @Param
    public Content content;

    private final BlockPool pool = new BlockPool(MEMORY_OCTETS);
    private final ByteBuffer in = ByteBuffer.allocateDirect(Block.LARGE);
    private final ByteBuffer out = ByteBuffer.allocateDirect(REPLY_BUFFER_OCTETS);
    private int mailEnd;
    private int rcptEnd;
    private int dataEnd;
    private int contentEnd;
    private Session session;
    private long nowNs;

    /** Opens the session and says EHLO. */
    @Setup
    public void open() {
        session = new Session(newContext());
        session.open(new Peer(InetAddress.getLoopbackAddress()), this, 0);
        session.greet(out);
        final int helloEnd = put("EHLO client.example.com\r\n");
        consume(0, helloEnd);
        in.clear();
        mailEnd = put("MAIL FROM:<sender@client.example.com> SIZE=4096\r\n");
        rcptEnd = put("RCPT TO:<recipient@example.org>\r\n");
        dataEnd = put("DATA\r\n");
        ContentShape.TEXT_76.putTo(in, CONTENT_OCTETS);
        contentEnd = in.position();
    }

    /** Every block must be home again. */
    @TearDown
    public void close() {
        session.close();
        if (pool.inUseOctets() != 0) {
            throw new IllegalStateException(pool.inUseOctets() + " octets of blocks were not given back");
        }
    }

    /**
     * One operation: MAIL, RCPT, DATA and 4 KiB of content, each in a read of its own and answered before the next, to 250.
     */
    @Benchmark
    public int oneByOne() {
        out.clear();
        consume(0, mailEnd);
        out.clear();
        consume(mailEnd, rcptEnd);
        out.clear();
        consume(rcptEnd, dataEnd);
        out.clear();
        consume(dataEnd, contentEnd);
        return finish();
    }

    /** One operation: MAIL, RCPT and DATA in one read (PIPELINING), 4 KiB of content in a second, to 250. */
    @Benchmark
    public int pipelined() {
        out.clear();
        consume(0, dataEnd);
        out.clear();
        consume(dataEnd, contentEnd);
        return finish();
    }

    private void consume(final int from, final int to) {
        nowNs += TimeUnit.MICROSECONDS.toNanos(1);
        final int position = session.consume(in, from, to, out, nowNs);
        if (position != to) {
            throw new IllegalStateException("consumed to " + position + " of " + to);
        }
    }

    private int finish() {
        if (session.intent() != Intent.END_OF_DATA) {
            throw new IllegalStateException("wants " + session.intent());
        }
        session.endOfData(out, nowNs);
        if (out.get(0) != '2') {
            throw new IllegalStateException("not accepted");
        }
        return out.position();
    }

    private int put(final String line) {
        return in.put(line.getBytes(US_ASCII)).position();
    }

    private SessionContext newContext() {
        final SessionProfile profile = new SessionProfile(
                "mx.example.org",
                SessionRules.DEFAULTS.withRecipients(RecipientPolicy.ofDomains(List.of("example.org", "example.net"))),
                address -> false,
                trusted -> List.of());
        final ReceiptQueue noReceipts = new ReceiptQueue(1, new Doorbell(() -> {}));
        return new SessionContext(
                profile,
                new EnvelopePool(pool, noReceipts),
                new EnvelopeIds(EnvelopeIds.newInstance(System.currentTimeMillis()), 0),
                new InlineHandOff(new DiscardDelivery()),
                content == Content.KEPT,
                new ReactorMetrics(),
                SystemEpochClock.INSTANCE,
                TransactionListener.NONE);
    }
}
