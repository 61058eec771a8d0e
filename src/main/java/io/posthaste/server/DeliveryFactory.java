package io.posthaste.server;

import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.discard.DiscardDelivery;
import io.posthaste.delivery.maildir.MaildirDelivery;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
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
     * @throws IOException it cannot be written to; the message is for the operator
     */
    public Delivery open(final String hostname) throws IOException {
        try {
            return maildir == null ? new DiscardDelivery() : MaildirDelivery.open(maildir, hostname);
        } catch (final IOException e) {
            throw new IOException("cannot deliver to " + this + ": " + reason(e), e);
        }
    }

    /** Whether the delivery wants the content of messages, as {@link Delivery#keepsContent()} will say. */
    boolean keepsContent() {
        return maildir != null;
    }

    /** The URI again. */
    @Override
    public String toString() {
        return maildir == null ? "discard:" : "maildir:" + maildir;
    }

    /** Some messages of the file system are the bare name of the file. */
    private static String reason(final IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "no permission for " + failure.getMessage();
        }
        if (failure instanceof FileAlreadyExistsException) {
            return failure.getMessage() + " is not a directory";
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
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
