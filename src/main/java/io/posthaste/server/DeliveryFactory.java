package io.posthaste.server;

import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.discard.DiscardDelivery;
import io.posthaste.delivery.maildir.MaildirDelivery;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * What a delivery URI names: {@code maildir:DIR} or {@code discard:}. Parsing touches nothing outside; {@link #open} does.
 */
public final class DeliveryFactory {
    private static final String CHOICE = "use maildir:DIR or discard:";

    private final Path maildir;

    private DeliveryFactory(final Path maildir) {
        this.maildir = maildir;
    }

    /**
     * Reads a delivery URI.
     *
     * @throws IllegalArgumentException with one line for the operator when it names no delivery
     */
    public static DeliveryFactory parse(final String uri) {
        final int colon = uri.indexOf(':');
        final String scheme = colon < 0 ? uri : uri.substring(0, colon);
        final String rest = colon < 0 ? "" : uri.substring(colon + 1);
        if (colon < 0 || !scheme.equals("maildir") && !scheme.equals("discard")) {
            final String shown = colon < 0 ? scheme : scheme + ":";
            throw new IllegalArgumentException("unknown delivery '" + shown + "': " + CHOICE);
        }
        return scheme.equals("maildir") ? maildir(rest) : discard(rest);
    }

    /**
     * Opens the delivery.
     *
     * @param hostname this server's name
     * @throws IOException it cannot be written to
     */
    public Delivery open(final String hostname) throws IOException {
        return maildir == null ? new DiscardDelivery() : MaildirDelivery.open(maildir, hostname);
    }

    /** Whether the delivery waits for something and so needs a thread of its own; otherwise it runs on the reactors'. */
    public boolean isBlocking() {
        return maildir != null;
    }

    /** The URI again. */
    @Override
    public String toString() {
        return maildir == null ? "discard:" : "maildir:" + maildir;
    }

    private static DeliveryFactory maildir(final String directory) {
        if (directory.isBlank()) {
            throw new IllegalArgumentException("maildir: names no directory: use maildir:DIR");
        }
        try {
            return new DeliveryFactory(Path.of(directory));
        } catch (final InvalidPathException e) {
            throw new IllegalArgumentException("maildir: is given a bad directory name: " + e.getReason(), e);
        }
    }

    private static DeliveryFactory discard(final String rest) {
        if (!rest.isEmpty()) {
            throw new IllegalArgumentException("discard: takes nothing behind the colon, but got '" + rest + "'");
        }
        return new DeliveryFactory(null);
    }
}
