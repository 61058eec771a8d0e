package io.posthaste.dnsbl;

import io.posthaste.policy.Verdict;
import io.posthaste.reply.Reply;
import java.net.InetAddress;

/**
 * What a client hears that a list has: {@code 550 5.7.1}, which is for RCPT that policy refuses (RFC 5321 section 4.2.2; 554 is
 * for a whole transaction, or in place of the greeting), with the list and the reason that it gives.
 */
final class Refusals {
    /** Octets of the reason, so that the reply is a line. */
    private static final int MOST_REASON = 200;

    private Refusals() {}

    /** @param reason in the list's words; may be empty, and hold anything */
    static Verdict of(final InetAddress client, final DnsblZone zone, final String reason) {
        final String cleaned = cleaned(reason);
        return Verdict.refuse(
                        Reply.CLIENT_LISTED.code(),
                        Reply.CLIENT_LISTED.enhancedStatus(),
                        Reply.CLIENT_LISTED.text() + ": " + literal(client) + " in " + zone.name()
                                + (cleaned.isEmpty() ? "" : ": " + cleaned))
                .by(zone.name());
    }

    private static String literal(final InetAddress address) {
        final String text = address.getHostAddress();
        final int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    /** In printable ASCII, whatever a stranger put into it. */
    static String cleaned(final String reason) {
        final StringBuilder printable = new StringBuilder(Math.min(reason.length(), MOST_REASON));
        for (int i = 0; i < reason.length() && printable.length() < MOST_REASON; i++) {
            final char octet = reason.charAt(i);
            printable.append(octet >= ' ' && octet <= '~' ? octet : '?');
        }
        return printable.toString().strip();
    }
}
