package io.posthaste.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Small messages as fast as SMTP can carry them: 32 whole transactions of MAIL, RCPT and a chunk of 1 KiB, pipelined in one
 * read of 35 KB, each to its {@code 250}. No socket, no second thread. The baseline is a session of strings.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BdatTransactionBenchmark {
    private static final int TRANSACTIONS = 32;
    private static final int CHUNK_OCTETS = 1024;
    private static final int REPLIES = 3 * TRANSACTIONS;

    @Param
    public ContentFate content;

    private OpenSession session;
    private StringSession strings;
    private int end;

    /** Both must accept all messages. */
    @Setup
    public void open() {
        session = new OpenSession(content);
        strings = new StringSession(content);
        for (int i = 0; i < TRANSACTIONS; i++) {
            session.put("MAIL FROM:<sender" + i + "@client.example.com>\r\n");
            session.put("RCPT TO:<recipient" + i + "@example.org>\r\n");
            session.put("BDAT " + CHUNK_OCTETS + " LAST\r\n");
            ContentShape.TEXT_76.putTo(session.in(), CHUNK_OCTETS);
        }
        end = session.in().position();
        requireAccepted(transaction());
        requireAccepted(baselineTransactionOfStrings());
    }

    @TearDown
    public void close() {
        session.close();
    }

    /** One operation: one of the 32 transactions. */
    @Benchmark
    @OperationsPerInvocation(TRANSACTIONS)
    public int transaction() {
        session.out().clear();
        for (int position = 0; position < end; ) {
            position = session.consumeSome(position, end);
            session.endOfData();
        }
        return session.out().position();
    }

    /** One operation: as {@link #transaction}, with strings. */
    @Benchmark
    @OperationsPerInvocation(TRANSACTIONS)
    public int baselineTransactionOfStrings() {
        session.out().clear();
        strings.consume(session.in(), 0, end, session.out());
        return session.out().position();
    }

    private void requireAccepted(final int replyOctets) {
        final String[] replies = Octets.asString(session.out(), 0, replyOctets).split("\r\n");
        int accepted = 0;
        for (final String reply : replies) {
            accepted += reply.startsWith("250 ") ? 1 : 0;
        }
        if (accepted != REPLIES || replies.length != REPLIES) {
            throw new IllegalStateException(accepted + " of " + replies.length + " replies are 250");
        }
    }
}
