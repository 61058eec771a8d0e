package io.posthaste.delivery.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * What of the disk budget is taken, by what, and which segment may go to make room.
 *
 * <pre>
 *   segment         free --take--&gt; prepared --begun--&gt; with mail --takeOldest--&gt; leaving --gone--&gt; free, or prepared anew
 *   large content   free --take--&gt; unnamed --committed--&gt; named by a segment, and gone with it
 * </pre>
 *
 * Counts only; the files are others' to write and delete ({@link SegmentSource}, {@link LargeFiles}, {@link OldMail}). Any
 * thread: small critical sections, once a segment, a part or a large message.
 */
final class SpoolBudget {
    /** One for each thread that makes room. */
    private static final int MOST_LEAVING = 2;

    private final SpoolSettings settings;
    private final LongSupplier epochMs;
    /** The oldest segment that somebody needs; null when nothing goes on from here. */
    private final LongSupplier firstNeeded;

    // Guarded by this.
    private final TreeMap<Long, Long> liveOctets = new TreeMap<>();
    /** Of large contents, by the segment that names them. */
    private final TreeMap<Long, Long> largeOctets = new TreeMap<>();
    /** Of large contents that no segment names yet. */
    private long unnamedOctets;

    private long preparedOctets;
    /** The newest segment with mail that is durable. */
    private long lastCommitted;
    /** Segments with mail that were taken and are not gone yet; few. */
    private final List<Oldest> leaving = new ArrayList<>(MOST_LEAVING);

    private boolean isClosed;

    /**
     * A segment with mail that may be forgotten.
     *
     * @param number boxed, as it is in the books: giving it back allocates nothing, and so cannot fail
     */
    record Oldest(Long number, long octets) {}

    /**
     * @param epochMs the time of day, milliseconds since 1970
     * @param firstNeeded null when nothing goes on from here
     */
    SpoolBudget(
            final SpoolSettings settings,
            final LongSupplier epochMs,
            final LongSupplier firstNeeded,
            final Recovery recovered) {
        this.settings = settings;
        this.epochMs = epochMs;
        this.firstNeeded = firstNeeded;
        recovered.live().forEach(segment -> liveOctets.put(segment.number(), segment.octets()));
        largeOctets.putAll(recovered.largeOctets());
        lastCommitted = recovered.lastNumber();
    }

    // ---- segments

    /** Takes the room of a segment to prepare; false when there is none. */
    synchronized boolean takeSegment() {
        if (octets() + settings.segmentOctets() > settings.sizeOctets()) {
            return false;
        }
        preparedOctets += settings.segmentOctets();
        return true;
    }

    /** A segment that was to be prepared is not. */
    synchronized void giveSegmentBack() {
        preparedOctets -= settings.segmentOctets();
    }

    /** A prepared segment is being written to; or it is still prepared, when that throws. */
    synchronized void begun(final Segment segment) {
        liveOctets.put(segment.number(), segment.octets());
        preparedOctets -= segment.octets();
    }

    /** The mail of a segment is durable, and so is its header, which says where the one before it ends. */
    synchronized void committed(final long number) {
        lastCommitted = number;
    }

    /** A segment is written no more and was cut off. */
    synchronized void shortened(final long number, final long octets) {
        liveOctets.put(number, octets);
    }

    /** A segment is gone. */
    synchronized void deleted(final long number) {
        liveOctets.remove(number);
    }

    // ---- the oldest

    /**
     * Takes the oldest segment if its mail may be forgotten now; never the one being written. It counts as one with mail until
     * it is gone: the caller's to use again or to delete. Null when none may go.
     *
     * @param hasRoom whether there is room without it
     */
    synchronized Oldest takeOldest(final boolean hasRoom) throws IOException {
        final Oldest oldest = forgettable(hasRoom);
        if (oldest != null) {
            leaving.add(oldest);
        }
        return oldest;
    }

    /** It is still there: it could not be deleted. */
    synchronized void giveOldestBack(final Oldest oldest) {
        leaving.remove(oldest);
    }

    /** Its name is gone, though not durably yet; its octets are those of a segment that is prepared. */
    synchronized void renamed(final Oldest oldest) {
        deleted(oldest);
        preparedOctets += oldest.octets();
    }

    /** Its name is gone, though not durably yet, and its octets are free. */
    synchronized void deleted(final Oldest oldest) {
        liveOctets.remove(oldest.number());
        leaving.remove(oldest);
    }

    private Oldest forgettable(final boolean hasRoom) throws IOException {
        final Oldest first = oldestThatStays();
        // The newest that is durable says where its predecessor ends; it must be there when that one goes.
        if (isClosed || first == null || first.number() >= lastCommitted) {
            return null;
        }
        if (firstNeeded != null && first.number() >= firstNeeded.getAsLong()) {
            return null;
        }
        final boolean mayGo = switch (settings.retention()) {
            case ALL -> firstNeeded != null;
            case NEWEST -> !hasRoom;
            case AGE -> isOld(first.number());
        };
        return mayGo ? first : null;
    }

    private Oldest oldestThatStays() {
        for (final Map.Entry<Long, Long> live : liveOctets.entrySet()) {
            final Oldest oldest = new Oldest(live.getKey(), live.getValue());
            if (!leaving.contains(oldest)) {
                return oldest;
            }
        }
        return null;
    }

    private boolean isOld(final long number) throws IOException {
        final Path file = SegmentFile.path(settings.directory(), number);
        try {
            return epochMs.getAsLong() - Files.getLastModifiedTime(file).toMillis() > settings.retentionMs();
        } catch (final NoSuchFileException e) {
            return true; // somebody else has deleted it
        }
    }

    // ---- large contents

    /** Takes room for more of a large content; false when there is none. */
    synchronized boolean takeLarge(final long octets) {
        if (octets() + octets > settings.sizeOctets()) {
            return false;
        }
        unnamedOctets += octets;
        return true;
    }

    /** A large content that no segment names is gone. */
    synchronized void giveLargeBack(final long octets) {
        unnamedOctets -= octets;
    }

    /** A large content is named by a segment. */
    synchronized void largeCommitted(final long number, final long octets) {
        unnamedOctets -= octets;
        largeOctets.merge(number, octets, Long::sum);
    }

    /** Whether a segment names any. */
    synchronized boolean hasLarge(final long number) {
        return largeOctets.containsKey(number);
    }

    /** Those that a segment named are gone. */
    synchronized void largeDeleted(final long number) {
        largeOctets.remove(number);
    }

    /** Segments that are gone and have left large contents behind, as far as none before them is still there. */
    synchronized List<Long> orphaned() {
        final long first = liveOctets.isEmpty() ? Long.MAX_VALUE : liveOctets.firstKey();
        return new ArrayList<>(largeOctets.headMap(first).keySet());
    }

    // ---- how much

    /** Octets that may be taken. */
    long limitOctets() {
        return settings.sizeOctets();
    }

    /** Octets that all segments and large contents take. */
    synchronized long octets() {
        return preparedOctets + sum(liveOctets) + largeOctets();
    }

    /** Octets of large contents, of those under way, too. */
    synchronized long largeOctets() {
        return unnamedOctets + sum(largeOctets);
    }

    /** Octets of the segments with mail from a number on, and of their large contents. */
    synchronized long octetsFrom(final long number) {
        return sum(liveOctets.tailMap(number)) + sum(largeOctets.tailMap(number));
    }

    /** Segments with mail. */
    synchronized int liveCount() {
        return liveOctets.size();
    }

    /** No segment may go any more. */
    synchronized void close() {
        isClosed = true;
    }

    private static long sum(final SortedMap<Long, Long> octetsByNumber) {
        long sum = 0;
        for (final long octets : octetsByNumber.values()) {
            sum += octets;
        }
        return sum;
    }
}
