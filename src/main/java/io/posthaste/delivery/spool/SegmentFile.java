package io.posthaste.delivery.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A segment's file as it was found.
 *
 * @param octets its size
 * @param header null unless it has been begun under its present name: prepared segments have none, or that of an older life
 */
record SegmentFile(long number, Path path, long octets, SegmentHeader header) {
    /** What a segment is called while its octets are being written for the first time. */
    static final String PREPARING = ".preparing";

    private static final Pattern NAME = Pattern.compile("(\\d{10})\\.segment");

    static Path path(final Path directory, final long number) {
        return directory.resolve(String.format("%010d.segment", number));
    }

    /** All segments of a directory by number; one that vanishes meanwhile is left out. */
    static List<SegmentFile> list(final Path directory) throws IOException {
        final List<SegmentFile> segments = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (final Path entry : entries) {
                final Matcher name = NAME.matcher(entry.getFileName().toString());
                if (name.matches()) {
                    try {
                        segments.add(read(entry, Long.parseLong(name.group(1))));
                    } catch (final NoSuchFileException e) {
                        continue; // used again under another name
                    }
                }
            }
        } catch (final DirectoryIteratorException e) {
            throw e.getCause();
        }
        segments.sort(Comparator.comparingLong(SegmentFile::number));
        return segments;
    }

    boolean isBegun() {
        return header != null;
    }

    private static SegmentFile read(final Path path, final long number) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            final SegmentHeader header = readHeader(channel);
            return new SegmentFile(
                    number, path, channel.size(), header != null && header.number() == number ? header : null);
        }
    }

    /** The header in an open segment, whatever its number; null when there is none. */
    static SegmentHeader readHeader(final FileChannel channel) throws IOException {
        final ByteBuffer page = ByteBuffer.allocate(SegmentFormat.RECORDS_OFFSET);
        int count = 0;
        while (page.hasRemaining() && count >= 0) {
            count = channel.read(page, page.position());
        }
        return SegmentFormat.decode(page.flip());
    }
}
