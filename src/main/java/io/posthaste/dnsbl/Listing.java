package io.posthaste.dnsbl;

import io.posthaste.policy.Verdict;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;

/**
 * What is known of a client's address, or will be. Made by a reactor, completed once by {@link Results}; whoever waits for it waits
 * for the same answer.
 */
final class Listing {
    private final InetAddress address;
    private final CompletableFuture<Verdict> answer = new CompletableFuture<>();
    /** Written before the answer is there, and read behind it. */
    private long expiresNs;

    Listing(final InetAddress address) {
        this.address = address;
    }

    InetAddress address() {
        return address;
    }

    /** Which comes without an exception. */
    CompletableFuture<Verdict> answer() {
        return answer;
    }

    /** It is known, for so long. Once: the agent's thread, or whoever asks where it does not look it up. */
    void complete(final Verdict verdict, final long untilNs) {
        expiresNs = untilNs;
        answer.complete(verdict);
    }

    boolean isKnown() {
        return answer.isDone();
    }

    /** Whether it was known, and has to be asked again. */
    boolean isExpired(final long nowNs) {
        return answer.isDone() && expiresNs - nowNs <= 0;
    }
}
