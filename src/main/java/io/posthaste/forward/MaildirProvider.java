package io.posthaste.forward;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;

/** {@code maildir:DIR}. */
final class MaildirProvider implements ForwarderProvider {
    private static final String SCHEME = "maildir";

    @Override
    public Set<String> schemes() {
        return Set.of(SCHEME);
    }

    @Override
    public String form() {
        return SCHEME + ":DIR";
    }

    @Override
    public void check(final String uri) {
        directory(uri);
    }

    @Override
    public Forwarder open(final String uri, final String hostname) throws IOException {
        return new MaildirForwarder(directory(uri), hostname);
    }

    private static Path directory(final String uri) {
        final String name = uri.substring(SCHEME.length() + 1);
        if (name.isBlank()) {
            throw new IllegalArgumentException("maildir: names no directory: use maildir:DIR");
        }
        try {
            return Path.of(name);
        } catch (final InvalidPathException e) {
            throw new IllegalArgumentException("maildir: is given a bad directory name: " + e.getReason(), e);
        }
    }
}
