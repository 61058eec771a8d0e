package io.posthaste.policy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Users and their {@link PasswordHash}, a line each: {@code user:{PBKDF2-SHA512}…}. Immutable; any thread. */
public final class PasswordFile {
    private final Map<String, PasswordHash> users;
    private final PasswordHash decoy;

    private PasswordFile(final Map<String, PasswordHash> users) {
        this.users = Map.copyOf(users);
        decoy = users.values().stream()
                .max((one, other) -> Integer.compare(one.iterations(), other.iterations()))
                .map(PasswordHash::decoy)
                .orElse(null);
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException it cannot be read, or a line is wrong; the message is for the operator and holds no
     *     hash
     */
    public static PasswordFile read(final Path file) {
        final Map<String, PasswordHash> users = new HashMap<>();
        ListFile.read(file, line -> {
            final int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException(
                        "not a user with a password hash: posthaste hash-password USER makes the line");
            }
            final String user = line.substring(0, colon);
            if (users.put(user, PasswordHash.parse(line.substring(colon + 1))) != null) {
                throw new IllegalArgumentException("user '" + user + "' is there twice");
            }
        });
        if (users.isEmpty()) {
            throw new IllegalArgumentException(file + " has no user: posthaste hash-password USER makes a line");
        }
        return new PasswordFile(users);
    }

    /** Whether there is such a user with this password. An unknown user takes as long as a known one. */
    public boolean matches(final String user, final char[] password) {
        final PasswordHash hash = users.get(user);
        return (hash == null ? decoy : hash).matches(password) && hash != null;
    }

    @Override
    public String toString() {
        return users.size() + " users";
    }
}
