package io.posthaste.tls;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What is to be said of the time for which a certificate is valid (RFC 5280 section 4.1.2.5). Pure functions. */
final class Validity {
    /** How long before its end a certificate should have been renewed. */
    static final Duration NOTICE = Duration.ofDays(14);

    private Validity() {}

    /** A line for the operator; empty when there is nothing to do. */
    static Optional<String> warning(final Identity identity, final Instant now) {
        final Instant beginning = identity.certificate().getNotBefore().toInstant();
        final Instant end = identity.end();
        final String subject = "the certificate in " + identity.source();
        if (now.isAfter(end)) {
            return Optional.of(subject + " expired at " + end + ": renew it, clients that verify it do not send");
        }
        if (now.isBefore(beginning)) {
            return Optional.of(subject + " is not valid before " + beginning + ", and it is " + now
                    + ": is the clock of this machine right?");
        }
        if (!now.plus(NOTICE).isBefore(end)) {
            return Optional.of(
                    subject + " expires at " + end + ", in less than " + NOTICE.toDays() + " days: renew it");
        }
        return Optional.empty();
    }
}
