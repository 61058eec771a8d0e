package io.posthaste.delivery.maildir;

import io.posthaste.envelope.Envelope;
import java.util.regex.Pattern;

/** File names of a Maildir: {@code SECONDS.ID.HOSTNAME}, unique because the id is. */
final class MaildirNames {
    /** Names that this program gives, whatever the host was called then. */
    static final Pattern OWN = Pattern.compile("[0-9]{1,12}\\.[0-9a-z]{" + Envelope.ID_LENGTH + "}\\..*");

    /** Octets of a host name kept: the name, and the flags readers add behind it, must fit into 255. */
    private static final int HOSTNAME_LIMIT = 180;

    private final String suffix;

    MaildirNames(final String hostname) {
        suffix = "." + escaped(hostname);
    }

    /** The message's name; allocates. */
    String name(final Envelope envelope) {
        return name(envelope.id(), envelope.receivedEpochMs());
    }

    /** The name of the message of an id; allocates. */
    String name(final String id, final long receivedEpochMs) {
        return Math.floorDiv(receivedEpochMs, 1000L) + "." + id + suffix;
    }

    /** Slash and colon mean something to a Maildir and are written in octal; what is not plain ASCII becomes an underscore. */
    private static String escaped(final String hostname) {
        final StringBuilder escaped = new StringBuilder(hostname.length());
        for (int i = 0; i < hostname.length() && escaped.length() < HOSTNAME_LIMIT; i++) {
            final char c = hostname.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                escaped.append('_');
            } else if (c == '/' || c == ':') {
                escaped.append(c == '/' ? "\\057" : "\\072");
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
