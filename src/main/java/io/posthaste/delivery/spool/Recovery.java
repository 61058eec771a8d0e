package io.posthaste.delivery.spool;

import io.posthaste.delivery.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds, at start, where the log ends: walks over the newest segment, keeps what is whole, cuts off what is torn, and makes
 * what it kept durable. The others need no look: the header behind each says where it ends. Nothing is ever appended to a
 * segment of an earlier start.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Path directory;
    private final SpoolFiles files;
    private final List<SegmentFile> live = new ArrayList<>();
    private final List<SegmentFile> spares = new ArrayList<>();
    private final Set<String> largeIds = new HashSet<>();
    private Map<Long, Long> largeOctets = Map.of();
    private long lastNumber;
    /** The segment that was walked over; 0 when there is none. */
    private long newestRecovered;

    private long lastEnd;
    private long nextSequence = 1;

    private Recovery(final Path directory, final SpoolFiles files) {
        this.directory = directory;
        this.files = files;
    }

    /** Recovers a directory that this process has locked. */
    static Recovery run(final Path directory, final SpoolFiles files) throws IOException {
        final Recovery recovery = new Recovery(directory, files);
        recovery.deleteUnprepared();
        recovery.recover(SegmentFile.list(directory));
        recovery.recoverLarge();
        return recovery;
    }

    private void recoverLarge() throws IOException {
        PrivateFiles.createDirectories(LargeNames.directory(directory));
        final Set<Long> numbers = live.stream().map(SegmentFile::number).collect(Collectors.toSet());
        largeOctets = LargeNames.recover(directory, files, numbers, newestRecovered, largeIds);
    }

    /** Octets of large contents by the segments that name them. */
    Map<Long, Long> largeOctets() {
        return largeOctets;
    }

    /** Segments with mail, oldest first. */
    List<SegmentFile> live() {
        return live;
    }

    /** Segments that were prepared and never begun, or hold no message. */
    List<SegmentFile> spares() {
        return spares;
    }

    /** The segment with the newest message, 0 when there is none. */
    long lastNumber() {
        return lastNumber;
    }

    /** Where its records end. */
    long lastEnd() {
        return lastEnd;
    }

    /** Sequence of the next record. */
    long nextSequence() {
        return nextSequence;
    }

    private void deleteUnprepared() throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*" + SegmentFile.PREPARING)) {
            for (final Path entry : entries) {
                files.delete(entry);
            }
        }
    }

    private void recover(final List<SegmentFile> segments) throws IOException {
        int newest = segments.size() - 1;
        while (newest >= 0 && !segments.get(newest).isBegun()) {
            newest--;
        }
        if (newest >= 0) {
            recoverNewest(segments.get(newest));
        }
        for (final SegmentFile segment : segments) {
            if (segment.number() > lastNumber) {
                spares.add(segment);
            } else {
                live.add(segment.number() == lastNumber ? remeasured(segment) : segment);
                if (!segment.isBegun()) {
                    LOG.error("{} has no readable header: kept, but its messages cannot be read", segment.path());
                }
            }
        }
    }

    private void recoverNewest(final SegmentFile segment) throws IOException {
        final SegmentHeader header = segment.header();
        newestRecovered = segment.number();
        lastNumber = header.previousNumber();
        lastEnd = header.previousEnd();
        nextSequence = header.firstSequence();
        try (FileChannel channel = files.open(segment.path())) {
            final SegmentScanner scanner = new SegmentScanner(channel, directory, header);
            final SegmentWalk walk = new SegmentWalk(scanner, segment.octets(), SegmentWalk.END_UNKNOWN, true);
            long messages = 0;
            while (walk.next()) {
                messages++;
                if (scanner.isLarge()) {
                    largeIds.add(scanner.envelope().id());
                }
                nextSequence = scanner.sequence() + 1;
            }
            report(segment, walk, messages);
            if (messages > 0) {
                lastNumber = segment.number();
                lastEnd = walk.end();
                if (segment.octets() > lastEnd) {
                    files.truncate(channel, lastEnd);
                }
                files.forceAll(channel);
            }
        }
    }

    private static void report(final SegmentFile segment, final SegmentWalk walk, final long messages) {
        for (final SegmentWalk.Damage damage : walk.damages()) {
            LOG.error(
                    "{} is damaged: octets {} to {} were synced and cannot be read",
                    segment.path(),
                    damage.from(),
                    damage.to());
        }
        if (walk.isTorn()) {
            LOG.warn(
                    "{} is torn at octet {}: kept the {} whole messages before it, dropped the rest, which was never"
                            + " acknowledged",
                    segment.path(),
                    walk.end(),
                    messages);
        } else if (messages > 0) {
            LOG.info("{} ends whole at octet {} behind {} messages", segment.path(), walk.end(), messages);
        }
    }

    private SegmentFile remeasured(final SegmentFile segment) {
        return new SegmentFile(segment.number(), segment.path(), Math.min(segment.octets(), lastEnd), segment.header());
    }
}
