package io.posthaste.session;

import io.posthaste.policy.Limits;
import io.posthaste.policy.RecipientPolicy;
import io.posthaste.reply.ReplyEncoder;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What all sessions of a server have in common: its name, its limits, whom it takes mail for. Immutable; any thread.
 */
public final class SessionProfile {
    private final byte[] hostname;
    private final byte[] ehloReply;
    private final Limits limits;
    private final RecipientPolicy recipients;
    private final boolean tolerateSpaces;
    private final Predicate<InetAddress> trusted;
    private final StatusSource status;

    /**
     * @param hostname in the greeting and in Received
     * @param tolerateSpaces whether stray spaces in MAIL and RCPT are taken, for old senders
     * @param trusted which clients may see figures with HELP STATUS
     */
    public SessionProfile(
            final String hostname,
            final Limits limits,
            final RecipientPolicy recipients,
            final boolean tolerateSpaces,
            final Predicate<InetAddress> trusted,
            final StatusSource status) {
        this.hostname = hostname.getBytes(StandardCharsets.US_ASCII);
        this.limits = Objects.requireNonNull(limits);
        this.recipients = Objects.requireNonNull(recipients);
        this.tolerateSpaces = tolerateSpaces;
        this.trusted = Objects.requireNonNull(trusted);
        this.status = Objects.requireNonNull(status);
        ehloReply = ReplyEncoder.ehlo(
                hostname,
                List.of("PIPELINING", "SIZE " + limits.messageOctets(), "8BITMIME", "ENHANCEDSTATUSCODES", "HELP"));
    }

    public Limits limits() {
        return limits;
    }

    byte[] hostname() {
        return hostname;
    }

    byte[] ehloReply() {
        return ehloReply;
    }

    RecipientPolicy recipients() {
        return recipients;
    }

    boolean toleratesSpaces() {
        return tolerateSpaces;
    }

    boolean isTrusted(final InetAddress address) {
        return trusted.test(address);
    }

    StatusSource status() {
        return status;
    }
}
