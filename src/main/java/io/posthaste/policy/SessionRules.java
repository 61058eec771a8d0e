package io.posthaste.policy;

import java.util.Objects;

/**
 * What a session takes and how strictly: the rules that a server's sessions have in common. Immutable.
 *
 * @param limits sizes, numbers and times
 * @param conduct how a client may behave
 * @param recipients whom mail is taken for
 * @param bareNewline what becomes of content with a bare CR or LF
 * @param tolerateSpaces whether stray spaces in MAIL and RCPT are taken, for old senders
 * @param announceDsn whether EHLO announces DSN: only where the delivery does something with the parameters of RFC 3461
 * @param announceStartTls whether EHLO announces STARTTLS: only where there is a certificate
 */
public record SessionRules(
        Limits limits,
        ConductLimits conduct,
        RecipientPolicy recipients,
        BareNewline bareNewline,
        boolean tolerateSpaces,
        boolean announceDsn,
        boolean announceStartTls) {
    /** Default limits, every recipient, strict in everything, DSN announced. */
    public static final SessionRules DEFAULTS = new SessionRules(
            Limits.DEFAULTS,
            ConductLimits.DEFAULTS,
            RecipientPolicy.ACCEPT_ALL,
            BareNewline.REJECT,
            false,
            true,
            false);

    public SessionRules {
        Objects.requireNonNull(limits);
        Objects.requireNonNull(conduct);
        Objects.requireNonNull(recipients);
        Objects.requireNonNull(bareNewline);
    }

    public SessionRules withLimits(final Limits newLimits) {
        return new SessionRules(
                newLimits, conduct, recipients, bareNewline, tolerateSpaces, announceDsn, announceStartTls);
    }

    public SessionRules withConduct(final ConductLimits newConduct) {
        return new SessionRules(
                limits, newConduct, recipients, bareNewline, tolerateSpaces, announceDsn, announceStartTls);
    }

    public SessionRules withRecipients(final RecipientPolicy newRecipients) {
        return new SessionRules(
                limits, conduct, newRecipients, bareNewline, tolerateSpaces, announceDsn, announceStartTls);
    }

    public SessionRules withBareNewline(final BareNewline newBareNewline) {
        return new SessionRules(
                limits, conduct, recipients, newBareNewline, tolerateSpaces, announceDsn, announceStartTls);
    }

    public SessionRules withTolerateSpaces(final boolean tolerate) {
        return new SessionRules(limits, conduct, recipients, bareNewline, tolerate, announceDsn, announceStartTls);
    }

    public SessionRules withAnnounceDsn(final boolean announce) {
        return new SessionRules(limits, conduct, recipients, bareNewline, tolerateSpaces, announce, announceStartTls);
    }

    public SessionRules withAnnounceStartTls(final boolean announce) {
        return new SessionRules(limits, conduct, recipients, bareNewline, tolerateSpaces, announceDsn, announce);
    }
}
