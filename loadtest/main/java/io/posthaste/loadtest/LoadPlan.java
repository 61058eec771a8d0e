package io.posthaste.loadtest;

import java.net.InetSocketAddress;

/**
 * The options of one run as data, already checked.
 *
 * @param target resolved address of the server
 * @param connections connections kept at the same time, at least 1
 * @param timeoutNs longest wait for a connection, for one reply, and for progress of a write
 * @param extent what ends the run and each connection
 * @param traffic what is said on a connection
 */
record LoadPlan(InetSocketAddress target, int connections, long timeoutNs, Extent extent, Traffic traffic) {

    /** No limit, for each component of {@link Extent}. */
    static final long UNLIMITED = Long.MAX_VALUE;

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
     * @param messageSize octets of a message, before dot-stuffing and without the end-of-data mark
     * @param pipelining whether MAIL, RCPT and DATA leave in one write where the server offers PIPELINING
     */
    record Traffic(
            String hello,
            String reversePath,
            String forwardPath,
            int recipients,
            int messageSize,
            boolean pipelining) {}
}
