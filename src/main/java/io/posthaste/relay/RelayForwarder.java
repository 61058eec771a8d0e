package io.posthaste.relay;

import io.posthaste.delivery.Figure;
import io.posthaste.forward.ForwardedMessage;
import io.posthaste.forward.Forwarder;
import io.posthaste.forward.Settlement;
import io.posthaste.relay.RelayCounters.Count;
import io.posthaste.relay.TransferOutcome.End;
import io.posthaste.wire.Notify;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes mail of a spool to the next server. What it says for now is deferred, what it says for good is failed, each recipient
 * by itself; who wants to know of failure, or of success where the next server cannot tell it, gets a delivery status
 * notification (RFC 3461, RFC 3464) from the null reverse-path, by the same next server.
 *
 * <p>A recipient that failed is settled only once the next server has the notification, or refuses that for good: until then
 * it counts as deferred, is tried again, and fails again. So nothing but the cursor of the framework need be durable. A
 * notification that is refused for good is dropped: it has no sender that could be told.
 */
public final class RelayForwarder implements Forwarder {
    private static final Logger LOG = LoggerFactory.getLogger(RelayForwarder.class);

    /** How long an attempt may take in all, unless the URI says otherwise; nobody waits for it. */
    private static final long TIMEOUT_NS = TimeUnit.HOURS.toNanos(1);
    /** Messages for each connection: one is under way, another waits for it. */
    private static final int WINDOW_PER_CONNECTION = 2;

    private final RelaySettings settings;
    private final String hostname;
    private final LongSupplier epochMs;
    private final RelayCounters counters = new RelayCounters();
    private final RelayClient client;

    /** @param epochMs the time of day, milliseconds since 1970 */
    RelayForwarder(
            final RelaySettings settings, final String hostname, final NanoClock clock, final LongSupplier epochMs)
            throws IOException {
        this.settings = settings;
        this.hostname = hostname;
        this.epochMs = epochMs;
        client = new RelayClient(settings, hostname, clock, counters);
    }

    /**
     * Opens the way to the next server; connects when there is mail.
     *
     * @param uri {@code smtp://HOST:PORT,…?…} or {@code lmtp://HOST:PORT} or {@code lmtp:/path}
     * @param hostname this server's name, for EHLO and notifications
     * @throws IllegalArgumentException the URI is wrong; one line for the operator
     */
    public static RelayForwarder open(final String uri, final String hostname) throws IOException {
        final RelayForwarder forwarder = new RelayForwarder(
                RelaySettings.parse(uri, TIMEOUT_NS), hostname, SystemNanoClock.INSTANCE, System::currentTimeMillis);
        forwarder.client.start("posthaste-relay");
        return forwarder;
    }

    @Override
    public String description() {
        return settings.description();
    }

    @Override
    public int window() {
        return WINDOW_PER_CONNECTION * settings.connections();
    }

    @Override
    public boolean reportsFailures() {
        return true;
    }

    @Override
    public boolean carriesDsn() {
        return true;
    }

    @Override
    public List<Figure> figures() {
        return counters.figures(description());
    }

    @Override
    public void forward(final ForwardedMessage message, final Settlement settlement) {
        if (!client.offer(new StoredRelayMessage(message, settlement, this::onSettled))) {
            settlement.unavailable("closed");
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    /** For tests: what is driven by hand. */
    RelayClient client() {
        return client;
    }

    RelayCounters counters() {
        return counters;
    }

    // ---- on the client's thread

    private void onSettled(final StoredRelayMessage relayed, final TransferOutcome outcome) {
        try {
            settle(relayed, outcome);
        } catch (final Throwable e) {
            deferRest(relayed, e);
        }
    }

    /** A settlement that never comes would hold the message for ever. What was settled before stays so. */
    private static void deferRest(final StoredRelayMessage relayed, final Throwable failure) {
        final String reason = reasonOf(failure);
        final List<ForwardedMessage.Recipient> recipients = relayed.message().recipients();
        for (int i = 0; i < recipients.size(); i++) {
            relayed.settlement().deferred(recipients.get(i).index(), reason);
        }
        LOG.error("message {} is tried again after a failure of the relay's own", relayed.id(), failure);
    }

    private static String reasonOf(final Throwable failure) {
        try {
            return "failure of the relay: " + failure;
        } catch (final Throwable e) {
            return "failure of the relay"; // no memory, say
        }
    }

    private void settle(final StoredRelayMessage relayed, final TransferOutcome outcome) {
        final Settlement settlement = relayed.settlement();
        if (outcome.end() == End.UNAVAILABLE) {
            settlement.unavailable(outcome.refusal().toString());
            return;
        }
        final List<Report.Entry> failed = new ArrayList<>();
        final List<Report.Entry> told = new ArrayList<>();
        final List<ForwardedMessage.Recipient> recipients = relayed.message().recipients();
        for (int i = 0; i < recipients.size(); i++) {
            final ForwardedMessage.Recipient recipient = recipients.get(i);
            final HopReply reply = outcome.replies().get(i);
            if (reply.isPositive()) {
                settlement.delivered(recipient.index(), reply.toString());
                if (wantsSuccess(recipient) && !outcome.isDsnPassedOn()) {
                    told.add(Report.Entry.relayed(recipient, reply));
                }
            } else if (reply.isPermanent() || relayed.message().isExpired()) {
                final Report.Entry entry = Report.Entry.failed(recipient, reply);
                failed.add(entry);
                if (wantsFailure(recipient)) {
                    told.add(entry);
                }
            } else {
                settlement.deferred(recipient.index(), reply.toString());
            }
        }
        if (told.isEmpty() || relayed.reversePath().isEmpty()) {
            failed.forEach(entry -> entry.settleAsFailed(settlement));
        } else {
            report(relayed, told, failed, outcome.hop());
        }
    }

    private void report(
            final StoredRelayMessage relayed,
            final List<Report.Entry> told,
            final List<Report.Entry> failed,
            final String hop) {
        final Report report;
        try {
            report = Report.of(relayed.message(), told, hop, hostname, epochMs.getAsLong());
        } catch (final IOException e) {
            LOG.error("the sender of {} cannot be told, the message cannot be read:", relayed.id(), e);
            defer(relayed, failed, "the notification cannot be written: " + e.getMessage());
            return;
        }
        if (!client.offer(new ReportMessage(report, outcome -> onReportSettled(relayed, failed, outcome)))) {
            defer(relayed, failed, "closed");
        }
    }

    private void onReportSettled(
            final StoredRelayMessage relayed, final List<Report.Entry> failed, final TransferOutcome outcome) {
        try {
            settleReported(relayed, failed, outcome);
        } catch (final Throwable e) {
            deferRest(relayed, e);
        }
    }

    private void settleReported(
            final StoredRelayMessage relayed, final List<Report.Entry> failed, final TransferOutcome outcome) {
        final HopReply refusal = outcome.refusal();
        if (refusal == null) {
            counters.add(Count.REPORTS_SENT);
        } else if (refusal.isPermanent() || failed.isEmpty()) {
            // A notification of success alone is not worth sending the message again for.
            counters.add(Count.REPORTS_DROPPED);
            LOG.warn("the sender of {} cannot be told what became of it: {}", relayed.id(), refusal);
        } else {
            defer(relayed, failed, "the sender could not be told yet: " + refusal);
            return;
        }
        failed.forEach(entry -> entry.settleAsFailed(relayed.settlement()));
    }

    private static void defer(final StoredRelayMessage relayed, final List<Report.Entry> failed, final String reason) {
        failed.forEach(entry -> relayed.settlement().deferred(entry.recipient().index(), reason));
    }

    private static boolean wantsSuccess(final ForwardedMessage.Recipient recipient) {
        return (recipient.notifyFlags() & Notify.SUCCESS) != 0;
    }

    private static boolean wantsFailure(final ForwardedMessage.Recipient recipient) {
        return recipient.notifyFlags() == Notify.UNSPECIFIED || (recipient.notifyFlags() & Notify.FAILURE) != 0;
    }
}
