package io.posthaste.delivery.verify;

import java.util.ArrayList;
import java.util.List;

/**
 * What came, by run. Its memory is bounded: by the number of runs, and by the chunks of sequence numbers that all runs share.
 * What finds no room is counted, and its mail is taken all the same.
 *
 * <p>Written by the delivery thread, read by any; one lock, held for a few dozen nanoseconds a message and for the length of
 * a walk over gaps a question.
 */
final class Ledger {
    /** Runs tracked. */
    static final int RUN_LIMIT = 16;
    /** Octets of chunks at the most: 67 million messages. */
    private static final long GREATEST_MEMORY = 128L * 1024 * 1024;
    /** The part of the heap that chunks may take. */
    private static final int HEAP_SHARE = 4;

    private final List<RunLedger> runs = new ArrayList<>(RUN_LIMIT);
    private final int chunkLimit;
    private int chunks;
    private RunLedger lastRun;
    private long unstamped;
    private long damaged;
    private long refused;

    /** @param chunkLimit chunks of {@link RunLedger#CHUNK_LENGTH} sequence numbers, over all runs */
    Ledger(final int chunkLimit) {
        this.chunkLimit = chunkLimit;
    }

    /** The chunks that a heap has room for. */
    static int chunksOf(final long heapOctets) {
        return (int) (Math.min(GREATEST_MEMORY, heapOctets / HEAP_SHARE) / RunLedger.CHUNK_OCTETS);
    }

    /** Counts a message without a stamp. */
    synchronized void recordUnstamped() {
        unstamped++;
    }

    /** Counts a message whose stamp cannot be believed. */
    synchronized void recordDamaged() {
        damaged++;
    }

    /**
     * Records a copy of a stamped message.
     *
     * @param recipients of the message as it was sent, at least 1
     * @param weight recipients of this copy, at least 1
     * @param intact whether the body is as it was made
     * @param delayUs from sending to receipt
     */
    synchronized void record(
            final long run,
            final long sequence,
            final int recipients,
            final int weight,
            final boolean intact,
            final long delayUs) {
        final RunLedger ledger = findOrAdd(run);
        if (ledger == null) {
            refused++;
        } else if (hasRoom(ledger, sequence, recipients)) {
            ledger.record(sequence, recipients, weight, intact, delayUs);
        } else {
            ledger.refuse();
        }
    }

    /** Makes a report while nothing changes. */
    synchronized List<String> overview() {
        return LedgerReport.overview(runs, unstamped, damaged, refused);
    }

    /** The report on a run, known or not, with its gaps at and behind a sequence number. */
    synchronized List<String> report(final long run, final long from) {
        final RunLedger known = find(run);
        final RunLedger ledger = known == null ? new RunLedger(run) : known;
        final List<String> lines = new ArrayList<>(LedgerReport.figures(ledger));
        lines.add(LedgerReport.strangers(unstamped, damaged, refused));
        lines.addAll(LedgerReport.gaps(ledger, from));
        return lines;
    }

    /** The figures of every run, and of what belongs to none. */
    synchronized List<String> summary() {
        final List<String> lines = new ArrayList<>();
        for (final RunLedger run : runs) {
            lines.addAll(LedgerReport.figures(run));
        }
        lines.add(LedgerReport.strangers(unstamped, damaged, refused));
        return lines;
    }

    private boolean hasRoom(final RunLedger ledger, final long sequence, final int recipients) {
        if (sequence >= RunLedger.SEQUENCE_LIMIT || recipients > RunLedger.RECIPIENT_LIMIT) {
            return false;
        }
        if (ledger.hasChunk(sequence)) {
            return true;
        }
        if (chunks == chunkLimit) {
            return false;
        }
        ledger.addChunk(sequence);
        chunks++;
        return true;
    }

    /** Null when there is no room for another run. */
    private RunLedger findOrAdd(final long run) {
        RunLedger ledger = find(run);
        if (ledger == null && runs.size() < RUN_LIMIT) {
            ledger = new RunLedger(run);
            runs.add(ledger);
        }
        lastRun = ledger == null ? lastRun : ledger;
        return ledger;
    }

    private RunLedger find(final long run) {
        if (lastRun != null && lastRun.run() == run) {
            return lastRun;
        }
        for (int i = 0; i < runs.size(); i++) {
            if (runs.get(i).run() == run) {
                return runs.get(i);
            }
        }
        return null;
    }
}
