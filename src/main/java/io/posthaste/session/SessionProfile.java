package io.posthaste.session;

import io.posthaste.policy.AccessRules;
import io.posthaste.policy.BareNewline;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.Limits;
import io.posthaste.policy.Policy;
import io.posthaste.policy.RecipientPolicy;
import io.posthaste.policy.SessionRules;
import io.posthaste.reply.ReplyEncoder;
import io.posthaste.wire.Extension;
import io.posthaste.wire.ParameterOptions;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What all sessions of a server have in common: its name, its limits, whom it takes mail for. Immutable; any thread.
 */
public final class SessionProfile {
    /** The greatest RCPTMAX that can be written: six digits (RFC 9422 section 4). */
    private static final int GREATEST_RCPTMAX = 999_999;

    private final byte[] hostname;
    private final byte[] plainEhloReply;
    private final byte[] secureEhloReply;
    private final SessionRules rules;
    private final ParameterOptions extendedOptions;
    private final ParameterOptions secureOptions;
    private final ParameterOptions helloOptions;
    private final Predicate<InetAddress> trusted;
    private final StatusSource status;
    private final Policy[] policies;

    /**
     * @param hostname in the greeting and in Received
     * @param trusted which clients may see figures with HELP STATUS
     */
    public SessionProfile(
            final String hostname,
            final SessionRules rules,
            final Predicate<InetAddress> trusted,
            final StatusSource status) {
        this.hostname = hostname.getBytes(StandardCharsets.US_ASCII);
        this.rules = Objects.requireNonNull(rules);
        this.trusted = Objects.requireNonNull(trusted);
        this.status = Objects.requireNonNull(status);
        policies = rules.access().policies().toArray(Policy[]::new);
        extendedOptions = ParameterOptions.of(rules.tolerateSpaces(), extensions(rules, false));
        secureOptions = ParameterOptions.of(rules.tolerateSpaces(), extensions(rules, true));
        helloOptions = ParameterOptions.of(rules.tolerateSpaces());
        plainEhloReply = ReplyEncoder.ehlo(hostname, keywords(rules, false));
        secureEhloReply = ReplyEncoder.ehlo(hostname, keywords(rules, true));
    }

    private static Extension[] extensions(final SessionRules rules, final boolean isSecure) {
        final EnumSet<Extension> extensions = EnumSet.allOf(Extension.class);
        if (!rules.announceDsn()) {
            extensions.remove(Extension.DSN);
        }
        if (!isSecure) {
            extensions.remove(Extension.REQUIRETLS);
        }
        return extensions.toArray(Extension[]::new);
    }

    /** What EHLO announces is what is on. STARTTLS not within TLS (RFC 3207 section 4.2), REQUIRETLS only there. */
    private static List<String> keywords(final SessionRules rules, final boolean isSecure) {
        final Limits limits = rules.limits();
        final List<String> keywords = new ArrayList<>(List.of(
                "PIPELINING",
                "SIZE " + limits.messageOctets(),
                "8BITMIME",
                "ENHANCEDSTATUSCODES",
                "CHUNKING",
                "BINARYMIME",
                "SMTPUTF8",
                "LIMITS RCPTMAX=" + Math.min(limits.recipients(), GREATEST_RCPTMAX)));
        if (rules.announceDsn()) {
            keywords.add("DSN");
        }
        if (isSecure) {
            keywords.add("REQUIRETLS");
        } else if (rules.announceStartTls()) {
            keywords.add("STARTTLS");
        }
        keywords.add("HELP");
        return keywords;
    }

    public Limits limits() {
        return rules.limits();
    }

    ConductLimits conduct() {
        return rules.conduct();
    }

    byte[] hostname() {
        return hostname;
    }

    byte[] ehloReply(final boolean isSecure) {
        return isSecure ? secureEhloReply : plainEhloReply;
    }

    boolean isStartTlsAnnounced() {
        return rules.announceStartTls();
    }

    RecipientPolicy recipients() {
        return rules.recipients();
    }

    AccessRules access() {
        return rules.access();
    }

    /** Shared, not to be changed. */
    Policy[] policies() {
        return policies;
    }

    BareNewline bareNewline() {
        return rules.bareNewline();
    }

    /** Which parameters a client may use: those of what EHLO announced, if it said EHLO. */
    ParameterOptions parameterOptions(final boolean isExtended, final boolean isSecure) {
        if (!isExtended) {
            return helloOptions;
        }
        return isSecure ? secureOptions : extendedOptions;
    }

    boolean isTrusted(final InetAddress address) {
        return trusted.test(address);
    }

    StatusSource status() {
        return status;
    }
}
