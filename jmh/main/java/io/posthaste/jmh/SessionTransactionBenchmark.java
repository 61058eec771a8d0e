package io.posthaste.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A whole mail transaction with DATA through a kept session, from octets to {@code 250}: no socket, no second thread. Has
 * no baseline; {@link BdatTransactionBenchmark} has one.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SessionTransactionBenchmark {
    private static final int CONTENT_OCTETS = 4 * 1024;

    @Param
    public ContentFate content;

    private OpenSession session;
    private int mailEnd;
    private int rcptEnd;
    private int dataEnd;
    private int contentEnd;

    @Setup
    public void open() {
        session = new OpenSession(content);
        mailEnd = session.put("MAIL FROM:<sender@client.example.com> SIZE=4096\r\n");
        rcptEnd = session.put("RCPT TO:<recipient@example.org>\r\n");
        dataEnd = session.put("DATA\r\n");
        ContentShape.TEXT_76.putTo(session.in(), CONTENT_OCTETS);
        contentEnd = session.in().position();
    }

    @TearDown
    public void close() {
        session.close();
    }

    /**
     * One operation: MAIL, RCPT, DATA and 4 KiB of content, each in a read of its own and answered before the next, to 250.
     */
    @Benchmark
    public int oneByOne() {
        answer(0, mailEnd);
        answer(mailEnd, rcptEnd);
        answer(rcptEnd, dataEnd);
        return finish();
    }

    /** One operation: MAIL, RCPT and DATA in one read (PIPELINING), 4 KiB of content in a second, to 250. */
    @Benchmark
    public int pipelined() {
        answer(0, dataEnd);
        return finish();
    }

    private void answer(final int from, final int to) {
        session.out().clear();
        session.consume(from, to);
    }

    private int finish() {
        answer(dataEnd, contentEnd);
        session.endOfData();
        return session.out().position();
    }
}
