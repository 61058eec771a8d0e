package io.posthaste.server;

import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.discard.DiscardDelivery;
import io.posthaste.delivery.maildir.MaildirDelivery;
import io.posthaste.delivery.spool.SpoolDelivery;
import io.posthaste.delivery.spool.SpoolSettings;
import io.posthaste.forward.ForwardedSpool;
import io.posthaste.forward.Forwarder;
import io.posthaste.forward.ForwarderFactory;
import io.posthaste.forward.Retrying;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a delivery URI names: {@code spool:DIR}, {@code maildir:DIR}, {@code discard:}, or a target that a forwarder knows
 * ({@code kafka://…}, {@code smtp://…}). Parsing touches nothing outside; {@link #open} does.
 */
public final class DeliveryFactory {
    private final Path maildir;
    private final String spool;
    private final ForwarderFactory direct;

    /** One of the three is set; without any it is {@code discard:}. */
    private DeliveryFactory(final Path maildir, final String spool, final ForwarderFactory direct) {
        this.maildir = maildir;
        this.spool = spool;
        this.direct = direct;
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
            case "discard" -> discard(rest);
            default -> direct(uri, colon < 0 ? scheme : scheme + ":");
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
            if (direct != null) {
                return direct.openDirect(hostname);
            }
            return maildir == null ? new DiscardDelivery() : MaildirDelivery.open(maildir, hostname);
        } catch (final IOException e) {
            throw new IOException("cannot deliver to " + this + ": " + reason(e), e);
        }
    }

    /**
     * Opens the spool with what its mail goes on to.
     *
     * @param forwarders belong to the delivery, also when it cannot be opened
     * @param retrying when they are tried again
     * @throws IllegalArgumentException it is no spool, or two forwarders are the same; for the operator
     * @throws IOException it cannot be written to; the message is for the operator
     */
    Delivery open(
            final String hostname, final long largestMessage, final List<Forwarder> forwarders, final Retrying retrying)
            throws IOException {
        requireSpool();
        try {
            return ForwardedSpool.open(SpoolSettings.parse(spool, largestMessage), hostname, forwarders, retrying);
        } catch (final IOException e) {
            throw new IOException("cannot deliver to " + this + ": " + reason(e), e);
        }
    }

    /** @throws IllegalArgumentException nothing can be forwarded from here; for the operator */
    void requireSpool() {
        if (spool == null) {
            throw new IllegalArgumentException(
                    "--forward needs a spool to forward from: give --deliver spool:DIR, not " + this);
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
        return maildir != null || spool != null || direct != null;
    }

    /**
     * Octets of a content that are kept in memory, of a message of the greatest size.
     */
    long octetsInMemory(final long largestMessage) {
        return spool == null
                ? largestMessage
                : Math.min(largestMessage, SpoolSettings.parse(spool, 0).largeOctets());
    }

    /** The URI again. */
    @Override
    public String toString() {
        if (spool != null) {
            return "spool:" + spool;
        }
        if (direct != null) {
            return direct.toString();
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

    private static DeliveryFactory discard(final String rest) {
        if (!rest.isEmpty()) {
            throw new IllegalArgumentException("discard: takes nothing behind the colon, but got '" + rest + "'");
        }
        return new DeliveryFactory(null, null, null);
    }

    private static DeliveryFactory direct(final String uri, final String shown) {
        final ForwarderFactory direct = ForwarderFactory.parseDirect(uri);
        if (direct == null) {
            final String more = ForwarderFactory.directForms().stream()
                    .map(form -> ", " + form)
                    .collect(Collectors.joining());
            throw new IllegalArgumentException(
                    "unknown delivery '" + shown + "': use maildir:DIR, spool:DIR" + more + " or discard:");
        }
        return new DeliveryFactory(null, null, direct);
    }
}
