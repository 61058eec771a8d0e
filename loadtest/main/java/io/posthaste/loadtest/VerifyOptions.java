package io.posthaste.loadtest;

import io.posthaste.loadtest.verify.AcceptedMessages;
import io.posthaste.loadtest.verify.Reconciliation;
import io.posthaste.loadtest.verify.SinkLedger;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** Which sink is asked what arrived. */
final class VerifyOptions {
    private static final long QUESTION_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);

    @Option(
            names = "--verify",
            paramLabel = "HOST:PORT",
            converter = HostAndPort.Converter.class,
            description =
                    "Afterwards asks this sink, which must run with --verify, what of the messages has arrived, and"
                            + " compares: lost, duplicated, corrupted. It may be the server itself or stand behind it.")
    private HostAndPort sink;

    @Option(
            names = "--verify-wait",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Quantity.Time.class,
            description = "How long nothing new must have arrived before the rest counts as lost (default"
                    + " ${DEFAULT-VALUE}).")
    private long quietNs;

    void check(Checks checks) {
        checks.range("--verify-wait", quietNs, 1, PhaseRecorder.MAX_LATENCY_NS);
    }

    /**
     * The account that the sink will keep of a run, or null when none is asked.
     *
     * @throws IOException the sink cannot be asked; the message is for the user
     */
    SinkLedger open(String runId, Checks checks) throws IOException {
        if (sink == null) {
            return null;
        }
        final InetSocketAddress address = sink.resolve();
        checks.require(!address.isUnresolved(), "--verify: unknown host " + sink.host());
        return SinkLedger.open(address, runId);
    }

    /** Waits for what was acknowledged in a run, and compares. */
    Reconciliation await(SinkLedger ledger, SequenceSet accepted) throws IOException {
        try {
            return ledger.await(asMessages(accepted), quietNs, QUESTION_INTERVAL_NS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the sink", e);
        }
    }

    private static AcceptedMessages asMessages(SequenceSet accepted) {
        final long end = accepted.end();
        return new AcceptedMessages() {
            @Override
            public long sequences() {
                return end;
            }

            @Override
            public boolean wasAccepted(long sequence) {
                return accepted.contains(sequence);
            }
        };
    }
}
