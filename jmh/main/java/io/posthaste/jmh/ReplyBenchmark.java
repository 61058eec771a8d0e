package io.posthaste.jmh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.posthaste.reply.Reply;
import io.posthaste.reply.ReplyEncoder;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Putting replies into the reply buffer. The baselines make the line when it is needed, by {@code String.format} or by
 * concatenation, from a code, an enhanced status code and a text that lie ready.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReplyBenchmark {
    /** Those of one transaction, in its order. */
    private static final Reply[] REPLIES = {Reply.SENDER_OK, Reply.RECIPIENT_OK, Reply.RECIPIENT_OK, Reply.CHUNK_OK};

    private final ByteBuffer out = ByteBuffer.allocateDirect(Reply.MAX_LINE_LENGTH);
    private final String id = "1hcw3v5k20000000000abc";
    private final byte[] idOctets = id.getBytes(US_ASCII);
    private int current;

    /** All must put the same octets. */
    @Setup
    public void compareEncoders() {
        for (int i = 0; i < REPLIES.length; i++) {
            requireSame(this::fixed, this::baselineFixedFormat, this::baselineFixedConcatenation);
            next();
        }
        requireSame(this::accepted, this::baselineAcceptedFormat, this::baselineAcceptedConcatenation);
    }

    /** One operation: a reply whose line is always the same. */
    @Benchmark
    public int fixed() {
        next().putTo(out.clear());
        return out.position();
    }

    /** One operation: as {@link #fixed}, by a format. */
    @Benchmark
    public int baselineFixedFormat() {
        final Reply reply = next();
        return put(String.format("%d %s %s\r\n", reply.code(), reply.enhancedStatus(), reply.text()));
    }

    /** One operation: as {@link #fixed}, by concatenation. */
    @Benchmark
    public int baselineFixedConcatenation() {
        final Reply reply = next();
        return put(reply.code() + " " + reply.enhancedStatus() + " " + reply.text() + "\r\n");
    }

    /** One operation: the reply to the end of data, with the message's id. */
    @Benchmark
    public int accepted() {
        ReplyEncoder.putAccepted(out.clear(), idOctets, 0, idOctets.length);
        return out.position();
    }

    /** One operation: as {@link #accepted}, by a format. */
    @Benchmark
    public int baselineAcceptedFormat() {
        return put(String.format("250 2.0.0 OK id=%s\r\n", id));
    }

    /** One operation: as {@link #accepted}, by concatenation. */
    @Benchmark
    public int baselineAcceptedConcatenation() {
        return put("250 2.0.0 OK id=" + id + "\r\n");
    }

    private Reply next() {
        current = current + 1 & REPLIES.length - 1;
        return REPLIES[current];
    }

    private int put(final String line) {
        out.clear().put(line.getBytes(US_ASCII));
        return out.position();
    }

    private void requireSame(final IntSupplier... encoders) {
        final int before = current;
        String expected = null;
        for (final IntSupplier encoder : encoders) {
            current = before;
            final String line = Octets.asString(out, 0, encoder.getAsInt());
            if (expected != null && !expected.equals(line)) {
                throw new IllegalStateException("the encoders differ: " + expected + line);
            }
            expected = line;
        }
    }
}
