package io.posthaste.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/** Whether a file that holds a secret is open to others, by its own mode; that of the directories above it is not looked at. */
final class Exposure {
    private Exposure() {}

    /** A line for the operator; empty when there is nothing to do, or the file has no such mode. */
    static Optional<String> warning(final Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)
                    ? Optional.of("every user of this machine may read the secret in " + file + ": chmod o= " + file)
                    : Optional.empty();
        } catch (final IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }
}
