package io.posthaste.loadtest;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The options of one run as data, already checked.
 *
 * @param target resolved address of the server
 * @param sources addresses to connect from
 * @param connections connections kept at the same time, at least 1
 * @param threads threads among which they are divided, at least 1, at most as many as connections
 * @param timeoutNs longest wait for a connection, for a TLS handshake, for one reply, and for progress of a write
 * @param tls how connections are encrypted; empty if they are not
 * @param pace when messages are due; empty for the closed loop
 * @param extent what ends the run and each connection
 * @param traffic what is said on a connection
 */
record LoadPlan(
        InetSocketAddress target,
        SourceAddresses sources,
        int connections,
        int threads,
        long timeoutNs,
        Optional<TlsPlan> tls,
        Optional<Pace> pace,
        Extent extent,
        Traffic traffic) {

    /** No limit, for each component of {@link Extent}. */
    static final long UNLIMITED = Long.MAX_VALUE;

    /** Connections that are really opened: more than messages would stand idle. */
    int openConnections() {
        return (int) Math.min(connections, extent.messages());
    }

    /**
     * @param messages messages after which the run ends, or {@link #UNLIMITED}
     * @param durationNs time after which no message is begun, or {@link #UNLIMITED}
     * @param messagesPerConnection messages after which a connection says QUIT and is reopened, or {@link #UNLIMITED}
     */
    record Extent(long messages, long durationNs, long messagesPerConnection) {}

    /**
     * @param hello name given in EHLO
     * @param reversePath address in MAIL FROM, empty for the null reverse-path
     * @param forwardPath address in RCPT TO; with several recipients each gets its number put in front
     * @param recipients forward-paths per transaction, at least 1
     * @param content the messages
     * @param manner how they are handed over
     */
    record Traffic(
            String hello, String reversePath, String forwardPath, int recipients, Content content, Manner manner) {}

    /**
     * @param runId 16 lower-case hexadecimal digits that every message carries
     * @param corpus messages to send, in turn; empty if they are composed
     * @param sizes octets of composed messages, before dot-stuffing and without the end-of-data mark
     * @param isEightBit whether MAIL says BODY=8BITMIME; composed bodies then hold octets above 127
     * @param seed of the choice among the sizes
     */
    record Content(String runId, Optional<Corpus> corpus, SizeMix sizes, boolean isEightBit, long seed) {}

    /**
     * @param pipelining whether commands leave in one write where the server offers PIPELINING
     * @param chunking whether BDAT takes the place of DATA
     * @param depth transactions to a write, at least 1; above 1 only with pipelining and chunking
     */
    record Manner(boolean pipelining, boolean chunking, int depth) {}
}
