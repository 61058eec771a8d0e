package io.posthaste.delivery.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks over the whole records of a segment, and notes where there are none.
 *
 * <p>When it is known where the committed records end, everything broken before that is damage. When it is not (the segment
 * that was being written when the server ended), a broken place is damage only if a whole record behind it was written
 * after that place had been synced; otherwise the log ends there: only the last batch can be torn, and nobody was told that
 * it is safe.
 */
final class SegmentWalk {
    /** The end of the committed records is to be found. */
    static final long END_UNKNOWN = -1;

    /**
     * Octets that should be a record and are not.
     *
     * @param to behind them
     */
    record Damage(long from, long to) {}

    private final SegmentScanner scanner;
    private long limit;
    private final boolean isEndKnown;
    private final boolean withContent;
    private final List<Damage> damages = new ArrayList<>();
    private long next = SegmentFormat.RECORDS_OFFSET;
    private boolean isTorn;

    /**
     * @param fileOctets size of the file
     * @param end of the committed records, or {@link #END_UNKNOWN}
     * @param withContent whether contents are checked, too; they are when the end is to be found
     */
    SegmentWalk(final SegmentScanner scanner, final long fileOctets, final long end, final boolean withContent) {
        this.scanner = scanner;
        this.isEndKnown = end != END_UNKNOWN;
        this.limit = isEndKnown ? Math.min(end, fileOctets) : fileOctets;
        this.withContent = withContent || !isEndKnown;
        if (isEndKnown && end > fileOctets) {
            damages.add(new Damage(Math.max(fileOctets, next), end));
        }
    }

    /** Goes on, or begins, at a record's offset. */
    void moveTo(final long offset) {
        next = offset;
    }

    /** More has been committed: up to here, within the file. */
    void extendTo(final long end) {
        limit = end;
    }

    /** Moves to the next whole record, on which the scanner then stands; false at the end. */
    boolean next() throws IOException {
        if (next >= limit) {
            return false;
        }
        final SegmentScanner.Finding finding = scanner.look(next, limit, withContent);
        if (finding == SegmentScanner.Finding.WHOLE) {
            next += scanner.length();
            return true;
        }
        final long hole = next;
        final long behind = recordBehind(hole);
        if (behind < 0) {
            if (isEndKnown) {
                damages.add(new Damage(hole, limit));
                next = limit;
            } else {
                isTorn |= finding == SegmentScanner.Finding.BROKEN;
            }
            return false;
        }
        damages.add(new Damage(hole, behind));
        next = behind + scanner.length();
        return true;
    }

    /** Where the record behind begins; where the committed records end, once {@link #next} has said false. */
    long end() {
        return next;
    }

    /** Whether something of a record lies behind the end. */
    boolean isTorn() {
        return isTorn;
    }

    List<Damage> damages() {
        return damages;
    }

    private long recordBehind(final long hole) throws IOException {
        long at = scanner.nextHeader(hole + RecordFormat.ALIGNMENT, limit);
        while (at >= 0) {
            isTorn = !isEndKnown;
            if (scanner.look(at, limit, withContent) == SegmentScanner.Finding.WHOLE
                    && (isEndKnown || scanner.batchStart() > hole)) {
                isTorn = false;
                return at;
            }
            at = scanner.nextHeader(at + RecordFormat.ALIGNMENT, limit);
        }
        return -1;
    }
}
