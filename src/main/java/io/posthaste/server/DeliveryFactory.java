package io.posthaste.server;

import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.discard.DiscardDelivery;
import io.posthaste.delivery.maildir.MaildirDelivery;
import io.posthaste.delivery.spool.SpoolDelivery;
import io.posthaste.delivery.spool.SpoolSettings;
import io.posthaste.relay.RelayDelivery;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * What a delivery URI names: {@code spool:DIR}, {@code maildir:DIR}, {@code smtp://HOST:PORT}, {@code lmtp://HOST:PORT} or
 * {@code discard:}. Parsing touches nothing outside; {@link #open} does.
 */
public final class DeliveryFactory {
    private static final String CHOICE = "use maildir:DIR, spool:DIR, smtp://HOST:PORT, lmtp://HOST:PORT or discard:";

    private final Path maildir;
    private final String spool;
    private final String relay;

    /** One of the three is set; without any it is {@code discard:}. */
    private DeliveryFactory(final Path maildir, final String spool, final String relay) {
        this.maildir = maildir;
        this.spool = spool;
        this.relay = relay;
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
        return switch (colon < 0 ? "" : scheme) {
            case "maildir" -> maildir(rest);
            case "spool" -> spool(rest);
            case "smtp", "lmtp" -> relay(uri);
            case "discard" -> discard(rest);
            default -> {
                final String shown = colon < 0 ? scheme : scheme + ":";
                throw new IllegalArgumentException("unknown delivery '" + shown + "': " + CHOICE);
            }
        };
    }

    /**
     * Opens the delivery.
     *
     * @param hostname this server's name
     * @param largestMessage octets of content that a message may have
     * @throws IllegalArgumentException it is set up so that it cannot hold such a message; for the operator, too
     * @throws IOException it cannot be written to; the message is for the operator
     */
    public Delivery open(final String hostname, final long largestMessage) throws IOException {
        try {
            if (spool != null) {
                return SpoolDelivery.open(SpoolSettings.parse(spool, largestMessage), hostname);
            }
            if (relay != null) {
                return RelayDelivery.open(relay, hostname);
            }
            return maildir == null ? new DiscardDelivery() : MaildirDelivery.open(maildir, hostname);
        } catch (final IOException e) {
            throw new IOException("cannot deliver to " + this + ": " + reason(e), e);
        }
    }

    /**
     * Looks whether it could be opened, and creates nothing.
     *
     * @param largestMessage octets of content that a message may have
     * @throws IllegalArgumentException it could not; the message is for the operator
     */
    void check(final long largestMessage) {
        if (spool != null) {
            requireWritable(SpoolSettings.parse(spool, largestMessage).directory());
        } else if (relay != null) {
            RelayDelivery.check(relay);
        } else if (maildir != null) {
            requireWritable(maildir);
        }
    }

    /** A directory that is there, or the nearest one above it in which it would be created. */
    private void requireWritable(final Path directory) {
        Path place = directory.toAbsolutePath().normalize();
        while (!Files.exists(place) && place.getParent() != null) {
            place = place.getParent();
        }
        if (!Files.isDirectory(place)) {
            throw new IllegalArgumentException("cannot deliver to " + this + ": " + place + " is not a directory");
        }
        if (!Files.isWritable(place)) {
            throw new IllegalArgumentException("cannot deliver to " + this + ": no permission for " + place);
        }
    }

    /** Whether the delivery wants the content of messages, as {@link Delivery#keepsContent()} will say. */
    boolean keepsContent() {
        return maildir != null || spool != null || relay != null;
    }

    /** The URI again. */
    @Override
    public String toString() {
        if (spool != null) {
            return "spool:" + spool;
        }
        if (relay != null) {
            return relay;
        }
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
            return new DeliveryFactory(Path.of(directory), null, null);
        } catch (final InvalidPathException e) {
            throw new IllegalArgumentException("maildir: is given a bad directory name: " + e.getReason(), e);
        }
    }

    private static DeliveryFactory spool(final String rest) {
        SpoolSettings.parse(rest, 0); // what is wrong with it is told before anything is opened
        return new DeliveryFactory(null, rest, null);
    }

    private static DeliveryFactory relay(final String uri) {
        RelayDelivery.check(uri);
        return new DeliveryFactory(null, null, uri);
    }

    private static DeliveryFactory discard(final String rest) {
        if (!rest.isEmpty()) {
            throw new IllegalArgumentException("discard: takes nothing behind the colon, but got '" + rest + "'");
        }
        return new DeliveryFactory(null, null, null);
    }
}
