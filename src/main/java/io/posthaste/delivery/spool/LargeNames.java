package io.posthaste.delivery.spool;

import io.posthaste.envelope.Envelope;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of the files with large contents, and what is found under them. Touches the disk where it says so. */
final class LargeNames {
    private static final String DIRECTORY = "large";
    private static final String UNFINISHED = ".part";
    private static final Pattern COMMITTED = Pattern.compile("(\\d{10})-(\\w{" + Envelope.ID_LENGTH + "})");

    private LargeNames() {}

    static Path directory(final Path spool) {
        return spool.resolve(DIRECTORY);
    }

    /** While the content comes. */
    static Path unfinished(final Path spool, final String id) {
        return directory(spool).resolve(id + UNFINISHED);
    }

    /** Of a message whose record is in this segment. */
    static Path committed(final Path spool, final long segmentNumber, final String id) {
        return directory(spool).resolve(String.format("%010d-%s", segmentNumber, id));
    }

    /**
     * At start: deletes what the log does not name, and tells how many octets belong to each segment.
     *
     * @param live segments with mail
     * @param newest the one of them that may have been written to when the server ended
     * @param idsInNewest of the large messages in it
     */
    static Map<Long, Long> recover(
            final Path spool,
            final SpoolFiles files,
            final Set<Long> live,
            final long newest,
            final Set<String> idsInNewest)
            throws IOException {
        final Map<Long, Long> octets = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory(spool))) {
            for (final Path entry : entries) {
                final Matcher name = COMMITTED.matcher(entry.getFileName().toString());
                final long number = name.matches() ? Long.parseLong(name.group(1)) : 0;
                if (live.contains(number) && (number != newest || idsInNewest.contains(name.group(2)))) {
                    octets.merge(number, Files.size(entry), Long::sum);
                } else if (number > 0 || entry.getFileName().toString().endsWith(UNFINISHED)) {
                    files.delete(entry);
                }
            }
        }
        // Some of those kept may have got their name just before the server ended.
        try (FileChannel directory = SystemSpoolFiles.openDirectory(directory(spool))) {
            files.syncDirectory(directory);
        }
        return octets;
    }

    /** Deletes the files of a segment that was forgotten. */
    static void deleteAllOf(final long segmentNumber, final Path spool, final SpoolFiles files) throws IOException {
        final String glob = String.format("%010d-*", segmentNumber);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory(spool), glob)) {
            for (final Path entry : entries) {
                files.delete(entry);
            }
        }
    }
}
