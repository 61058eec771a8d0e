package io.posthaste.policy;

import java.util.concurrent.TimeUnit;

/**
 * Every limit of a session, with its default. All durations are in nanoseconds, all sizes in octets.
 *
 * @param messageOctets content of one message; more is refused with {@code 552 5.3.4}
 * @param recipients recipients of one transaction; more are refused with {@code 452 4.5.3}. RFC 5321 section 4.5.3.1.8 asks
 *     for at least 100
 * @param commandLineOctets a command line with its CRLF; a longer one is skipped and answered {@code 500 5.5.2}. RFC 5321
 *     section 4.5.3.1.4 asks for 512 and more with extensions
 * @param commandTimeoutNs from one command to the end of the next; then {@code 421 4.4.2}. RFC 5321 section 4.5.3.2.7 asks
 *     for at least five minutes
 * @param dataTimeoutNs between two pieces of content; then {@code 421 4.4.2}. RFC 5321 section 4.5.3.2.5
 * @param writeTimeoutNs for a client to read what was sent; then the connection is closed
 * @param handOffTimeoutNs how long a completed message may wait for room in the queue; then {@code 451 4.3.2}
 * @param memoryTimeoutNs how long a connection may wait for memory; then {@code 452 4.3.1}
 */
public record Limits(
        long messageOctets,
        int recipients,
        int commandLineOctets,
        long commandTimeoutNs,
        long dataTimeoutNs,
        long writeTimeoutNs,
        long handOffTimeoutNs,
        long memoryTimeoutNs) {
    public static final int DEFAULT_MESSAGE_MEBIOCTETS = 35;
    public static final long DEFAULT_MESSAGE_OCTETS = DEFAULT_MESSAGE_MEBIOCTETS * 1024L * 1024;
    public static final int DEFAULT_RECIPIENTS = 1000;
    public static final int DEFAULT_COMMAND_LINE_OCTETS = 2048;
    public static final int DEFAULT_COMMAND_TIMEOUT_MINUTES = 5;
    public static final long DEFAULT_COMMAND_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(DEFAULT_COMMAND_TIMEOUT_MINUTES);
    public static final int DEFAULT_DATA_TIMEOUT_MINUTES = 3;
    public static final long DEFAULT_DATA_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(DEFAULT_DATA_TIMEOUT_MINUTES);
    public static final long DEFAULT_WRITE_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(5);
    public static final long DEFAULT_HAND_OFF_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
    public static final long DEFAULT_MEMORY_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    /** The least command line limit: RFC 5321 section 4.5.3.1.4. */
    public static final int LEAST_COMMAND_LINE_OCTETS = 512;
    /** The greatest command line limit: half a line must fit into a small block twice. */
    public static final int GREATEST_COMMAND_LINE_OCTETS = 2048;

    /** All defaults. */
    public static final Limits DEFAULTS = new Limits(
            DEFAULT_MESSAGE_OCTETS,
            DEFAULT_RECIPIENTS,
            DEFAULT_COMMAND_LINE_OCTETS,
            DEFAULT_COMMAND_TIMEOUT_NS,
            DEFAULT_DATA_TIMEOUT_NS,
            DEFAULT_WRITE_TIMEOUT_NS,
            DEFAULT_HAND_OFF_TIMEOUT_NS,
            DEFAULT_MEMORY_TIMEOUT_NS);

    public Limits {
        requirePositive(messageOctets, "message size limit");
        requirePositive(recipients, "recipient limit");
        requirePositive(commandTimeoutNs, "command timeout");
        requirePositive(dataTimeoutNs, "data timeout");
        requirePositive(writeTimeoutNs, "write timeout");
        requirePositive(handOffTimeoutNs, "hand-off timeout");
        requirePositive(memoryTimeoutNs, "memory timeout");
        if (commandLineOctets < LEAST_COMMAND_LINE_OCTETS || commandLineOctets > GREATEST_COMMAND_LINE_OCTETS) {
            throw new IllegalArgumentException("command line limit must be " + LEAST_COMMAND_LINE_OCTETS + " to "
                    + GREATEST_COMMAND_LINE_OCTETS + " octets, not " + commandLineOctets);
        }
    }

    public Limits withMessageOctets(final long octets) {
        return new Limits(
                octets,
                recipients,
                commandLineOctets,
                commandTimeoutNs,
                dataTimeoutNs,
                writeTimeoutNs,
                handOffTimeoutNs,
                memoryTimeoutNs);
    }

    public Limits withRecipients(final int count) {
        return new Limits(
                messageOctets,
                count,
                commandLineOctets,
                commandTimeoutNs,
                dataTimeoutNs,
                writeTimeoutNs,
                handOffTimeoutNs,
                memoryTimeoutNs);
    }

    public Limits withTimeouts(final long newCommandTimeoutNs, final long newDataTimeoutNs) {
        return new Limits(
                messageOctets,
                recipients,
                commandLineOctets,
                newCommandTimeoutNs,
                newDataTimeoutNs,
                writeTimeoutNs,
                handOffTimeoutNs,
                memoryTimeoutNs);
    }

    public Limits withHandOffTimeoutNs(final long timeoutNs) {
        return new Limits(
                messageOctets,
                recipients,
                commandLineOctets,
                commandTimeoutNs,
                dataTimeoutNs,
                writeTimeoutNs,
                timeoutNs,
                memoryTimeoutNs);
    }

    private static void requirePositive(final long value, final String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be more than 0, not " + value);
        }
    }
}
