package io.posthaste.policy;

import java.util.Objects;

/**
 * What a session takes and how strictly: the rules that a server's sessions have in common. Immutable.
 *
 * @param limits sizes, numbers and times
 * @param conduct how a client may behave
 * @param recipients whom mail is taken for
 * @param access who may use the server
 * @param bareNewline what becomes of content with a bare CR or LF
 * @param tolerateSpaces whether stray spaces in MAIL and RCPT are taken, for old senders
 * @param announceDsn whether EHLO announces DSN: only where the delivery does something with the parameters of RFC 3461
 * @param announceStartTls whether EHLO announces STARTTLS: only where there is a certificate
 */
public record SessionRules(
        Limits limits,
        ConductLimits conduct,
        RecipientPolicy recipients,
        AccessRules access,
        BareNewline bareNewline,
        boolean tolerateSpaces,
        boolean announceDsn,
        boolean announceStartTls) {
    /** Default limits, every recipient, strict in everything, DSN announced. */
    public static final SessionRules DEFAULTS = new SessionRules(
            Limits.DEFAULTS,
            ConductLimits.DEFAULTS,
            RecipientPolicy.ACCEPT_ALL,
            AccessRules.OPEN,
            BareNewline.REJECT,
            false,
            true,
            false);

    public SessionRules {
        Objects.requireNonNull(limits);
        Objects.requireNonNull(conduct);
        Objects.requireNonNull(recipients);
        Objects.requireNonNull(access);
        Objects.requireNonNull(bareNewline);
    }

    public SessionRules withLimits(final Limits newLimits) {
        return new SessionRules(
                newLimits, conduct, recipients, access, bareNewline, tolerateSpaces, announceDsn, announceStartTls);
    }

    public SessionRules withConduct(final ConductLimits newConduct) {
        return new SessionRules(
                limits, newConduct, recipients, access, bareNewline, tolerateSpaces, announceDsn, announceStartTls);
    }

    public SessionRules withRecipients(final RecipientPolicy newRecipients) {
        return new SessionRules(
                limits, conduct, newRecipients, access, bareNewline, tolerateSpaces, announceDsn, announceStartTls);
    }

    public SessionRules withAccess(final AccessRules newAccess) {
        return new SessionRules(
                limits, conduct, recipients, newAccess, bareNewline, tolerateSpaces, announceDsn, announceStartTls);
    }

    public SessionRules withBareNewline(final BareNewline newBareNewline) {
        return new SessionRules(
                limits, conduct, recipients, access, newBareNewline, tolerateSpaces, announceDsn, announceStartTls);
    }

    public SessionRules withTolerateSpaces(final boolean tolerate) {
        return new SessionRules(
                limits, conduct, recipients, access, bareNewline, tolerate, announceDsn, announceStartTls);
    }

    public SessionRules withAnnounceDsn(final boolean announce) {
        return new SessionRules(
                limits, conduct, recipients, access, bareNewline, tolerateSpaces, announce, announceStartTls);
    }

    public SessionRules withAnnounceStartTls(final boolean announce) {
        return new SessionRules(
                limits, conduct, recipients, access, bareNewline, tolerateSpaces, announceDsn, announce);
    }
}
