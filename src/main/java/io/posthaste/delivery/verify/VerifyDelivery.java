package io.posthaste.delivery.verify;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.Delivery;
import io.posthaste.envelope.Envelope;
import io.posthaste.memory.Block;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Accepts every message, checks the stamp of the load generator in it, keeps account of it and forgets it. Answers
 * {@code HELP VERIFY}. Meant for a delivery thread; the package description says why.
 */
public final class VerifyDelivery implements Delivery {
    private static final Pattern QUESTION =
            Pattern.compile("VERIFY(?: +(?<run>[0-9A-F]{16})(?: +FROM +(?<from>[0-9]{1,12}))?)?");

    private final StampScanner scanner = new StampScanner();
    private final LongSupplier epochUs;
    private final Ledger ledger;

    /** With the machine's clock, and room as the heap has it. */
    public VerifyDelivery() {
        this(new EpochMicros(), Ledger.chunksOf(Runtime.getRuntime().maxMemory()));
    }

    /**
     * @param epochUs the clock, microseconds since 1970
     * @param chunkLimit chunks of the ledger
     */
    VerifyDelivery(final LongSupplier epochUs, final int chunkLimit) {
        this.epochUs = epochUs;
        this.ledger = new Ledger(chunkLimit);
    }

    @Override
    public AcknowledgementLevel acknowledgementLevel() {
        return AcknowledgementLevel.NONE;
    }

    @Override
    public String description() {
        return "verify:";
    }

    /** {@inheritDoc} As with a sink that verifies nothing. */
    @Override
    public boolean carriesDsn() {
        return true;
    }

    @Override
    public void append(final Envelope envelope) {
        scanner.begin();
        for (Block block = envelope.contentHead(); block != null; block = block.next()) {
            scanner.consume(block.ioView(0, block.length()));
        }
        switch (scanner.finish()) {
            case UNSTAMPED -> ledger.recordUnstamped();
            case DAMAGED -> ledger.recordDamaged();
            case STAMPED ->
                ledger.record(
                        scanner.run(),
                        scanner.sequence(),
                        scanner.recipients(),
                        envelope.recipientCount(),
                        scanner.isBodyIntact(),
                        epochUs.getAsLong() - scanner.sentEpochUs());
        }
    }

    @Override
    public void commit() {
        // Was recorded as it came.
    }

    /** {@inheritDoc} The topic is {@code VERIFY [run [FROM sequence]]}. */
    @Override
    public List<String> help(final String topic) {
        final Matcher question = QUESTION.matcher(topic.toUpperCase(Locale.ROOT));
        if (!question.matches()) {
            return List.of();
        }
        if (question.group("run") == null) {
            return ledger.overview();
        }
        final long from = question.group("from") == null ? 0 : Long.parseLong(question.group("from"));
        return ledger.report(Long.parseUnsignedLong(question.group("run"), 16), from);
    }

    /** The figures of every run, for the end. Any thread. */
    public List<String> summary() {
        return ledger.summary();
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
