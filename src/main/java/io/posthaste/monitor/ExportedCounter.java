package io.posthaste.monitor;

import io.posthaste.metrics.Counter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Under which name a counter is exported. The name is that of the constant, so that it is as stable; limits and look-alikes
 * of the end of data are one family each, told apart by a label.
 *
 * @param family name of the metric, without prefix and {@code _total}
 * @param help one sentence for people, the same within a family
 * @param label null when the family has only this member
 * @param labelValue null without a label
 */
record ExportedCounter(Counter counter, String family, String help, String label, String labelValue) {
    private static final String LIMIT = "LIMIT_";
    private static final String SMUGGLING = "SMUGGLING_";
    /** Sums of what {@link ServerMetrics} exports with a label. */
    static final EnumSet<Counter> BY_CAUSE = EnumSet.of(Counter.TLS_HANDSHAKE_FAILURES);

    private static final Map<Counter, String> HELP = Map.ofEntries(
            Map.entry(Counter.CONNECTIONS_ACCEPTED, "Connections accepted and greeted."),
            Map.entry(Counter.CONNECTIONS_OVER_LIMIT, "Connections answered 421 because there were too many."),
            Map.entry(Counter.ACCEPT_FAILURES, "Times accepting failed, mostly for want of file descriptors."),
            Map.entry(
                    Counter.CLIENTS_NOT_COUNTED,
                    "Connections that count towards no limit for each client, because the table of clients was full."),
            Map.entry(Counter.NETWORKS_BLOCKED, "Clients refused because of their network."),
            Map.entry(Counter.SENDERS_BLOCKED, "Messages refused because of their sender."),
            Map.entry(Counter.RECIPIENTS_UNKNOWN, "Recipients refused because they are not on the list."),
            Map.entry(Counter.PROXY_HEADERS, "Connections that a balancer relayed, with a PROXY header."),
            Map.entry(Counter.PROXY_HEALTH_CHECKS, "Connections of a balancer's own, by their PROXY header."),
            Map.entry(
                    Counter.PROXY_HEADERS_REFUSED, "Connections of balancers closed for want of a good PROXY header."),
            Map.entry(Counter.LOAD_SHED_CONNECTIONS, "Connections answered 421 because of the load."),
            Map.entry(Counter.LOAD_SHED_MESSAGES, "Messages answered 451 at MAIL because of the load."),
            Map.entry(
                    Counter.FLIGHTS_LEFT_OUT,
                    "Sessions that ended badly and are not told, because there were too many."),
            Map.entry(
                    Counter.REJECTIONS_LEFT_OUT,
                    "Refused senders and recipients that the access log does not tell, because there were too many."),
            Map.entry(
                    Counter.LOGINS_LEFT_OUT, "Logins that the access log does not tell, because there were too many."),
            Map.entry(Counter.AUTHENTICATIONS, "Clients that logged in."),
            Map.entry(Counter.AUTHENTICATION_FAILURES, "Attempts to log in with a wrong user or password."),
            Map.entry(Counter.AUTHENTICATIONS_NOT_POSSIBLE, "Attempts to log in on which nobody could decide in time."),
            Map.entry(Counter.AUTHENTICATION_MISSING, "Messages refused because the client has to log in first."),
            Map.entry(
                    Counter.POLICY_REFUSALS,
                    "Clients, senders and recipients refused by a policy, one's own or DNS lists."),
            Map.entry(Counter.POLICY_WAITS, "Times a session waited for a policy's answer."),
            Map.entry(Counter.POLICY_TIMEOUTS, "Policies that did not answer in time."),
            Map.entry(Counter.POLICY_ANSWERS_TOO_LATE, "Answers of policies that nobody waited for any more."),
            Map.entry(Counter.POLICY_FAILURES, "Policies that failed."),
            Map.entry(Counter.EARLY_TALKERS, "Clients that sent before they were greeted."),
            Map.entry(Counter.TLS_HANDSHAKES, "Handshakes of TLS completed."),
            Map.entry(Counter.TLS_RESUMPTIONS, "Of those, the ones that continued an earlier session."),
            Map.entry(Counter.TLS_HANDSHAKES_REFUSED, "Handshakes of TLS refused because there were too many."),
            Map.entry(Counter.STARTTLS_INJECTIONS, "Sessions closed for octets behind STARTTLS."),
            Map.entry(Counter.TRANSACTIONS, "Mail transactions begun by MAIL."),
            Map.entry(Counter.MESSAGES_ACCEPTED, "Messages acknowledged with 250."),
            Map.entry(Counter.MESSAGES_FAILED_TEMPORARILY, "Messages whole and well, refused for now by the delivery."),
            Map.entry(Counter.MESSAGES_REJECTED, "Messages refused for good by the delivery."),
            Map.entry(
                    Counter.MESSAGES_ACCEPTED_UNHEARD,
                    "Messages stored although the client had gone; it will send them again."),
            Map.entry(Counter.CONTENT_OCTETS, "Octets of content of messages acknowledged."),
            Map.entry(
                    Counter.CONTENTS_IN_PARTS, "Contents that went to the delivery in parts because they were large."),
            Map.entry(Counter.CONTENT_PARTS, "Parts of content handed to the delivery before its end."),
            Map.entry(Counter.BARE_LINE_ENDINGS, "Messages refused for a bare LF or CR in the content."),
            Map.entry(Counter.BARE_LF, "Each LF in content without a CR before it."),
            Map.entry(Counter.BARE_CR, "Each CR in content without an LF behind it."),
            Map.entry(Counter.NUL, "Each NUL in content."),
            Map.entry(Counter.RELAY_DENIED, "Recipients refused because their domain is not taken here."),
            Map.entry(Counter.HAND_OFF_WAITS, "Times a message found the queue full and its connection had to wait."),
            Map.entry(Counter.MEMORY_WAITS, "Times a connection had to wait for memory."),
            Map.entry(Counter.SHORT_WRITES, "Replies that did not go out in one write."),
            Map.entry(Counter.INTERNAL_ERRORS, "Exceptions in the code of a connection; each is logged."),
            Map.entry(Counter.REACTOR_FAILED_TURNS, "Turns of an event loop that an exception ended; each is logged."));

    static ExportedCounter of(final Counter counter) {
        final String name = counter.name();
        if (name.startsWith(LIMIT)) {
            return new ExportedCounter(
                    counter,
                    "limit_refusals",
                    "Messages, recipients and commands refused because of a limit.",
                    "limit",
                    lowerCase(name.substring(LIMIT.length())));
        }
        if (name.startsWith(SMUGGLING)) {
            return new ExportedCounter(
                    counter,
                    "smuggling_sequences",
                    "Each dot in content that some servers take for its end, by what is around it.",
                    "sequence",
                    lowerCase(name.substring(SMUGGLING.length())));
        }
        final String family = counter == Counter.CONTENT_OCTETS ? "content_bytes" : lowerCase(name);
        return new ExportedCounter(counter, family, HELP.getOrDefault(counter, ""), null, null);
    }

    /** All of them by their family, in the order of the constants, but for what is exported by its cause. */
    static Map<String, List<ExportedCounter>> families() {
        final Map<String, List<ExportedCounter>> families = new LinkedHashMap<>();
        for (final Counter counter : EnumSet.complementOf(BY_CAUSE)) {
            final ExportedCounter exported = of(counter);
            families.computeIfAbsent(exported.family(), name -> new ArrayList<>())
                    .add(exported);
        }
        return families;
    }

    private static String lowerCase(final String constant) {
        return constant.toLowerCase(Locale.ROOT);
    }
}
