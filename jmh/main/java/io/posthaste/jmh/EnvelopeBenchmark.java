package io.posthaste.jmh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.posthaste.envelope.Doorbell;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.memory.BlockPool;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Keeping what a transaction says: sender and recipients, from command lines to an envelope that a delivery could read, and
 * away with it. The baseline is an object of strings; those that belong to the connection, it only points to, where an
 * envelope copies them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EnvelopeBenchmark {
    private static final long EPOCH_MS = 1_763_800_000_000L;
    private static final String PEER = "192.0.2.25";
    private static final String HELLO = "client.example.com";
    private static final byte[] PEER_OCTETS = PEER.getBytes(US_ASCII);
    private static final byte[] HELLO_OCTETS = HELLO.getBytes(US_ASCII);

    /** Recipients of the transaction. */
    @Param({"1", "100"})
    public int recipients;

    private final EnvelopePool pool =
            new EnvelopePool(new BlockPool(BlockPool.SLAB), new ReceiptQueue(1, new Doorbell(() -> {})));
    private final EnvelopeIds ids = new EnvelopeIds(EnvelopeIds.newInstance(EPOCH_MS), 0);
    private final CommandLines mailboxes = CommandLines.of(LineWriter::mailbox);
    private long lastId;

    /** One operation: an envelope taken, filled and given back. */
    @Benchmark
    public int transaction() {
        final Envelope envelope = pool.take();
        mailboxes.advance();
        boolean isKept = envelope.begin(
                        ids,
                        EPOCH_MS,
                        PEER_OCTETS,
                        PEER_OCTETS.length,
                        HELLO_OCTETS,
                        HELLO_OCTETS.length,
                        Envelope.EXTENDED)
                && envelope.reversePath(mailboxes.buffer(), mailboxes.from(), mailboxes.to());
        for (int i = 0; i < recipients; i++) {
            mailboxes.advance();
            isKept &= envelope.addRecipient(mailboxes.buffer(), mailboxes.from(), mailboxes.to());
        }
        if (!isKept) {
            throw new IllegalStateException("out of blocks");
        }
        final int count = envelope.recipientCount();
        pool.release(envelope);
        return count;
    }

    /** One operation: as {@link #transaction}, in a new object. */
    @Benchmark
    public Object baselineTransactionOfStrings() {
        mailboxes.advance();
        final PlainMessage message = new PlainMessage(++lastId, EPOCH_MS, PEER, HELLO, mailbox());
        for (int i = 0; i < recipients; i++) {
            mailboxes.advance();
            message.recipients.add(mailbox());
        }
        return message;
    }

    private String mailbox() {
        return Octets.asString(mailboxes.buffer(), mailboxes.from(), mailboxes.to());
    }
}
