package io.posthaste.loadtest.verify;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The ledger of a sink that verifies, seen from the generator: opened before a run, asked when the run is over.
 *
 * <p>It connects anew for each round of questions: in between the sink may rightly close an idle connection. One thread.
 */
public final class SinkLedger {
    private static final int TIMEOUT_MS = 10_000;
    private static final String TIMING = "received by the sink - sent";

    /** Time as it passes; another in tests. */
    interface Clock {
        Clock SYSTEM = new Clock() {
            @Override
            public long nowNs() {
                return System.nanoTime();
            }

            @Override
            public void pause(long durationNs) throws InterruptedException {
                TimeUnit.NANOSECONDS.sleep(durationNs);
            }
        };

        long nowNs();

        void pause(long durationNs) throws InterruptedException;
    }

    private final InetSocketAddress sink;
    private final String run;
    private final Clock clock;
    private final Evidence.Strangers before;

    private SinkLedger(InetSocketAddress sink, String run, Clock clock) throws IOException {
        this.sink = sink;
        this.run = run;
        this.clock = clock;
        before = strangers(ask());
    }

    /**
     * Makes sure that the sink verifies, and notes what strange messages it has already seen.
     *
     * @param run 16 lower-case hexadecimal digits
     * @throws IOException it cannot be asked; the message is for the user
     */
    public static SinkLedger open(InetSocketAddress sink, String run) throws IOException {
        return open(sink, run, Clock.SYSTEM);
    }

    static SinkLedger open(InetSocketAddress sink, String run, Clock clock) throws IOException {
        if (!Stamp.RUN.matcher(run).matches()) {
            throw new IllegalArgumentException("'" + run + "' is not 16 lower-case hexadecimal digits");
        }
        return new SinkLedger(sink, run, clock);
    }

    /**
     * Asks again and again until all that was acknowledged has arrived, or nothing new has come for some time, and compares.
     * A copy that comes after that is not seen.
     *
     * @param quietNs how long without anything new is long enough
     * @param intervalNs from one question to the next
     * @throws IOException the sink cannot be asked any more
     * @throws InterruptedException the caller was interrupted while it waited
     */
    public Reconciliation await(AcceptedMessages messages, long quietNs, long intervalNs)
            throws IOException, InterruptedException {
        final long accepted = accepted(messages);
        long seen = -1;
        long lastNewsNs = clock.nowNs();
        while (true) {
            final VerifyClient.Answer answer = ask();
            final long nowNs = clock.nowNs();
            final long copies = answer.figure("copies") + answer.figure("untracked");
            if (copies != seen) {
                seen = copies;
                lastNewsNs = nowNs;
            }
            final boolean isQuiet = nowNs - lastNewsNs >= quietNs;
            if (isQuiet || answer.figure("received") >= accepted) {
                final Reconciliation result = reconcile(messages);
                if (isQuiet || result.isComplete()) {
                    return result;
                }
            }
            clock.pause(intervalNs);
        }
    }

    /** Compares what was acknowledged with what has arrived by now. */
    public Reconciliation reconcile(AcceptedMessages messages) throws IOException {
        final Ranges absent = new Ranges();
        final Ranges parts = new Ranges();
        try (VerifyClient client = VerifyClient.connect(sink, TIMEOUT_MS)) {
            VerifyClient.Answer answer;
            long from = 0;
            do {
                answer = client.ask(run, from);
                answer.gaps().forEach(gap -> absent.add(gap.first(), gap.last()));
                answer.parts().forEach(part -> parts.add(part.first(), part.last()));
                final long next = answer.figure("next");
                if (next >= 0 && next <= from) {
                    throw new IOException("the sink's answer from " + from + " goes on at " + next);
                }
                from = next;
            } while (from >= 0);
            final Evidence evidence = evidence(answer, absent, parts);
            if (evidence.counts().highest() < 0 && evidence.strangers().others() > 0) {
                throw new IOException("the sink has no room for another run: start it anew");
            }
            return Reconciliation.of(evidence, messages);
        }
    }

    private VerifyClient.Answer ask() throws IOException {
        try (VerifyClient client = VerifyClient.connect(sink, TIMEOUT_MS)) {
            return client.ask(run, 0);
        }
    }

    private Evidence evidence(VerifyClient.Answer answer, Ranges absent, Ranges parts) throws IOException {
        final Evidence.Strangers now = strangers(answer);
        return new Evidence(
                run,
                "the sink at " + sink.getHostString() + " port " + sink.getPort(),
                new Evidence.Counts(
                        answer.figure("highest"),
                        answer.figure("received"),
                        answer.figure("partial"),
                        answer.figure("duplicated"),
                        answer.figure("surplus"),
                        answer.figure("corrupted"),
                        answer.figure("untracked")),
                absent,
                parts,
                new Evidence.Delays(
                        TIMING,
                        answer.figure("delay_count"),
                        answer.figure("delay_p50_us"),
                        answer.figure("delay_p90_us"),
                        answer.figure("delay_p99_us"),
                        answer.figure("delay_p999_us"),
                        answer.figure("delay_max_us"),
                        answer.figure("clock_ahead")),
                new Evidence.Strangers(
                        now.unstamped() - before.unstamped(),
                        now.damaged() - before.damaged(),
                        now.others() - before.others()));
    }

    private static Evidence.Strangers strangers(VerifyClient.Answer answer) throws IOException {
        return new Evidence.Strangers(answer.figure("unstamped"), answer.figure("damaged"), answer.figure("refused"));
    }

    private static long accepted(AcceptedMessages messages) {
        long accepted = 0;
        for (long sequence = 0; sequence < messages.sequences(); sequence++) {
            accepted += messages.wasAccepted(sequence) ? 1 : 0;
        }
        return accepted;
    }
}
