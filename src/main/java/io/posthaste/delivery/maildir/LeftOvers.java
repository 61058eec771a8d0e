package io.posthaste.delivery.maildir;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * Removes what deliveries that crashed left in {@code tmp}. Such messages were never acknowledged. Other processes may be
 * writing there, so the rule is the one all of them know: only what is 36 hours old, and of that only our own.
 */
final class LeftOvers {
    static final long AGE_LIMIT_MS = TimeUnit.HOURS.toMillis(36);

    private LeftOvers() {}

    /** Removes them from a directory and returns how many. */
    static int remove(final Path tmp, final long nowEpochMs) throws IOException {
        int removed = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(tmp)) {
            for (final Path entry : entries) {
                if (isOwn(entry) && isOld(entry, nowEpochMs) && Files.deleteIfExists(entry)) {
                    removed++;
                }
            }
        }
        return removed;
    }

    private static boolean isOwn(final Path entry) {
        return MaildirNames.OWN.matcher(entry.getFileName().toString()).matches();
    }

    private static boolean isOld(final Path entry, final long nowEpochMs) throws IOException {
        try {
            final BasicFileAttributes attributes =
                    Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile()
                    && nowEpochMs - attributes.lastModifiedTime().toMillis() > AGE_LIMIT_MS;
        } catch (final NoSuchFileException e) {
            return false; // another process was faster
        }
    }
}
