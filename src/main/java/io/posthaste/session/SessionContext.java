package io.posthaste.session;

import io.posthaste.envelope.Doorbell;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.HandOff;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.policy.ClientTable;
import io.posthaste.policy.LoadGauge;
import io.posthaste.policy.Verdict;
import io.posthaste.reply.Reply;
import io.posthaste.wire.BdatArguments;
import io.posthaste.wire.HelloArgument;
import io.posthaste.wire.MailArguments;
import io.posthaste.wire.RcptArguments;
import io.posthaste.wire.VrfyArgument;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.agrona.concurrent.EpochClock;

/** What the sessions of one reactor share: pools, parsers, counters, the hand-off. Called on that reactor's thread only. */
public final class SessionContext {
    /** Stands for an answer that did not come. */
    static final Verdict NO_ANSWER = Verdict.refuse(
            Reply.POLICY_UNAVAILABLE.code(),
            Reply.POLICY_UNAVAILABLE.enhancedStatus(),
            Reply.POLICY_UNAVAILABLE.text());

    final SessionProfile profile;
    final EnvelopePool envelopes;
    final EnvelopeIds ids;
    final HandOff handOff;
    final boolean keepsContent;
    final ReactorMetrics metrics;
    final EpochClock epochClock;
    final TransactionLedger ledger;
    final TlsGate tls;
    final Inquiries inquiries;
    final EnvelopeRules envelopeRules;
    final AccessReports reports;
    AccessListener access = AccessListener.NONE;
    ClientTable clients = ClientTable.OFF;
    final VerdictQueue verdicts;
    LoadGauge load = LoadGauge.OFF;
    /** Octets of content kept past which it goes to the delivery in parts. */
    long largeOctets = Long.MAX_VALUE;
    /** The same while memory is scarce. */
    long leastPartOctets = Long.MAX_VALUE;

    FlightRecorder recorder = FlightRecorder.OFF;
    private final Counsel noPolicies = new Counsel(this);

    final SessionQuestion question = new SessionQuestion();
    final HelloArgument helloArgument = new HelloArgument();
    final MailArguments mailArguments = new MailArguments();
    final VrfyArgument vrfyArgument = new VrfyArgument();
    final BdatArguments bdatArguments = new BdatArguments();
    final RcptArguments rcptArguments = new RcptArguments();
    final byte[] idOctets = new byte[Envelope.ID_LENGTH];
    final ByteBuffer idBuffer = ByteBuffer.wrap(idOctets);
    /** In what words of its own the delivery refused the message just settled; null for the usual ones. */
    byte[] refusalOctets;

    /** Octets of a content that are worth a part while memory is scarce. */
    private static final long LEAST_PART = 32L * 1024;

    private final ArrayDeque<ContentReceiver> contentReceivers = new ArrayDeque<>();

    /** Code of the last reply of any session; set to {@link Conduct#NO_REPLY_YET} to see whether there is one. */
    int lastCode;
    /** The last reply of any session, if its line is fixed. */
    Reply lastReply;

    /** As the other, without TLS, and without anybody who is woken by an answer that comes later. */
    public SessionContext(
            final SessionProfile profile,
            final EnvelopePool envelopes,
            final EnvelopeIds ids,
            final HandOff handOff,
            final boolean keepsContent,
            final ReactorMetrics metrics,
            final EpochClock epochClock,
            final TransactionListener listener) {
        this(
                profile,
                envelopes,
                ids,
                handOff,
                keepsContent,
                metrics,
                epochClock,
                listener,
                TlsGate.NONE,
                new VerdictQueue(new Doorbell(() -> {})));
    }

    /**
     * @param keepsContent whether the delivery wants the content
     * @param listener hears of every transaction's end
     * @param tls asked where the profile announces STARTTLS
     * @param verdicts the way back of answers that come later
     */
    public SessionContext(
            final SessionProfile profile,
            final EnvelopePool envelopes,
            final EnvelopeIds ids,
            final HandOff handOff,
            final boolean keepsContent,
            final ReactorMetrics metrics,
            final EpochClock epochClock,
            final TransactionListener listener,
            final TlsGate tls,
            final VerdictQueue verdicts) {
        this.profile = profile;
        this.envelopes = envelopes;
        this.ids = ids;
        this.handOff = handOff;
        this.keepsContent = keepsContent;
        this.metrics = metrics;
        this.epochClock = epochClock;
        this.tls = tls;
        this.verdicts = verdicts;
        this.ledger = new TransactionLedger(envelopes, handOff, metrics, listener);
        this.inquiries = new Inquiries(this);
        this.envelopeRules = new EnvelopeRules(this);
        this.reports = new AccessReports(this);
    }

    /** For one content; {@link #giveBack} it then. Few sessions of many are in the middle of one. */
    ContentReceiver takeContentReceiver() {
        final ContentReceiver free = contentReceivers.pollLast();
        return free == null
                ? new ContentReceiver(
                        metrics, profile.bareNewline(), profile.limits().messageOctets())
                : free;
    }

    void giveBack(final ContentReceiver receiver) {
        receiver.end();
        contentReceivers.addLast(receiver);
    }

    /** Before the first session: counts clients by their addresses; one table for all reactors. */
    public void countClients(final ClientTable table) {
        clients = table;
    }

    /**
     * Before the first session: the delivery takes content in parts.
     *
     * @param octets of a content kept past which it goes there; with less when memory is scarce
     */
    public void handOffParts(final long octets) {
        largeOctets = octets;
        leastPartOctets = Math.min(LEAST_PART, octets);
    }

    /** Whether the delivery takes content in parts. */
    boolean takesParts() {
        return leastPartOctets != Long.MAX_VALUE;
    }

    /** The way back of answers that come later. */
    public VerdictQueue verdicts() {
        return verdicts;
    }

    /** An answer came that nobody waits for any more. */
    public void onVerdictUnheard() {
        metrics.increment(Counter.POLICY_ANSWERS_TOO_LATE);
    }

    /** A session's own, unless there is nobody to ask: one that never waits serves all sessions. */
    Counsel counsel() {
        final boolean asksNobody =
                profile.policies().length == 0 && !profile.access().auth().isOffered();
        return asksNobody ? noPolicies : new Counsel(this);
    }

    /** Before the first session: refuses messages by the load of this reactor. */
    public void watchLoad(final LoadGauge gauge) {
        load = gauge;
    }

    /** The load of this reactor; its reactor tells it of each cycle. */
    public LoadGauge load() {
        return load;
    }

    /** Before the first session: tells of refused senders and recipients, and of logins. */
    public void tell(final AccessListener listener) {
        access = listener;
    }

    /** Before the first session: records what the sessions do. */
    public void record(final FlightRecorder newRecorder) {
        recorder = newRecorder;
    }

    /** Where the sessions record what they do; its reactor tells it the time. */
    public FlightRecorder recorder() {
        return recorder;
    }

    /** Puts a reply behind those there are and counts it. */
    void reply(final Reply reply, final ByteBuffer out) {
        reply.putTo(out);
        replied(reply.code());
        lastReply = reply;
    }

    /** What comes next is not answered yet. */
    void noReplyYet() {
        lastCode = Conduct.NO_REPLY_YET;
        lastReply = null;
    }

    /** A reply was put behind those there are. */
    void replied(final int code) {
        lastCode = code;
        lastReply = null;
        metrics.replied(code);
    }

    /** A receipt came back, heard or not: there is room for another envelope. */
    public void onReceiptReturned() {
        handOff.onReceipt();
    }

    /** Tells the delivery of messages given up for which it had no room; returns how many. */
    public int retryAbandoned() {
        return ledger.retryAbandoned();
    }

    /** Whether the delivery is to be told of messages given up. */
    public boolean isAnyAbandonedWaiting() {
        return ledger.isAnyAbandonedWaiting();
    }

    /** Settles a receipt whose connection is gone: counts it, logs it, gives the envelope back. */
    public void onReceiptUnheard(final Envelope envelope, final long nowNs) {
        ledger.settleUnheard(envelope, nowNs);
    }
}
