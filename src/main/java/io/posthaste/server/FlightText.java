package io.posthaste.server;

import io.posthaste.reply.Reply;
import io.posthaste.session.FlightReport;
import io.posthaste.wire.Verb;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Makes of a report a block of lines that one can read. Nothing of the client's gets into it but visible ASCII. */
final class FlightText {
    private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);

    private FlightText() {}

    /** A line about the session and one for each event. */
    static String of(final FlightReport report) {
        final StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "session ended: %s%s after %.3f s, peer=%s helo=\"%s\" tls=%s state=%s events=%d",
                report.reason(),
                report.handshakeFailure() == null ? "" : " (" + report.handshakeFailure() + ")",
                report.durationNs() / NS_PER_S,
                report.peer(),
                visible(report.hello()),
                report.tls() == null ? "no" : report.tls(),
                report.state(),
                report.events()));
        if (report.told() < report.events()) {
            text.append(", the last ").append(report.told()).append(':');
        }
        for (int i = 0; i < report.told(); i++) {
            text.append(String.format(Locale.ROOT, "%n  %10.3f  ", report.timeNs(i) / NS_PER_S));
            putEvent(report, i, text);
        }
        return text.toString();
    }

    private static void putEvent(final FlightReport report, final int event, final StringBuilder text) {
        final Verb verb = report.verb(event);
        if (verb != null) {
            putCommand(report, event, verb, text);
        } else if (report.isContent(event)) {
            text.append("end of content, ").append(report.length(event)).append(" octets");
        } else if (report.isTls(event)) {
            text.append("TLS begun");
        }
        final int code = report.code(event);
        if (code > 0) {
            final Reply reply = report.reply(event);
            text.append(" -> ").append(reply == null ? Integer.toString(code) : reply.line());
        }
    }

    private static void putCommand(
            final FlightReport report, final int event, final Verb verb, final StringBuilder text) {
        text.append(verb == Verb.UNKNOWN ? "(no command)" : verb.name());
        final String argument = report.text(event);
        if (!argument.isEmpty()) {
            text.append(visible(argument)).append(report.length(event) > argument.length() ? "..." : "");
        } else if (report.length(event) > 0) {
            text.append(" (").append(report.length(event)).append(" octets)");
        }
    }

    private static String visible(final String octets) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < octets.length(); i++) {
            final char octet = octets.charAt(i);
            if (octet >= ' ' && octet < 0x7F && octet != '\\') {
                text.append(octet);
            } else {
                text.append(String.format(Locale.ROOT, "\\x%02X", (int) octet));
            }
        }
        return text.toString();
    }
}
