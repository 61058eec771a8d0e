package io.posthaste.reactor;

import io.posthaste.policy.AccessRules;
import io.posthaste.policy.BareNewline;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.Limits;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How a {@link House} is furnished. */
record Setup(
        Limits limits,
        ConductLimits conduct,
        List<String> domains,
        boolean keepsContent,
        boolean queued,
        int queueCapacity,
        long memoryOctets,
        int connections,
        boolean tolerateSpaces,
        BareNewline bareNewline,
        boolean announceDsn,
        AccessRules access) {

    /** Write timeout of the test houses: unlike every other timeout, so that a mix-up shows. */
    static final long WRITE_TIMEOUT_NS = TimeUnit.MINUTES.toNanos(4);

    static final Setup INLINE = new Setup(
            new Limits(
                    Limits.DEFAULT_MESSAGE_OCTETS,
                    Limits.DEFAULT_RECIPIENTS,
                    Limits.DEFAULT_COMMAND_LINE_OCTETS,
                    Limits.DEFAULT_COMMAND_TIMEOUT_NS,
                    Limits.DEFAULT_DATA_TIMEOUT_NS,
                    WRITE_TIMEOUT_NS,
                    Limits.DEFAULT_HAND_OFF_TIMEOUT_NS,
                    Limits.DEFAULT_MEMORY_TIMEOUT_NS),
            ConductLimits.NONE,
            List.of("*"),
            true,
            false,
            0,
            4L * 1024 * 1024,
            100,
            false,
            BareNewline.REJECT,
            true,
            AccessRules.OPEN);
    static final Setup QUEUED = INLINE.withQueue(8);

    Setup withLimits(final Limits newLimits) {
        return new Setup(
                newLimits,
                conduct,
                domains,
                keepsContent,
                queued,
                queueCapacity,
                memoryOctets,
                connections,
                tolerateSpaces,
                bareNewline,
                announceDsn,
                access);
    }

    Setup withConduct(final ConductLimits newConduct) {
        return new Setup(
                limits,
                newConduct,
                domains,
                keepsContent,
                queued,
                queueCapacity,
                memoryOctets,
                connections,
                tolerateSpaces,
                bareNewline,
                announceDsn,
                access);
    }

    Setup withDomains(final String... names) {
        return new Setup(
                limits,
                conduct,
                List.of(names),
                keepsContent,
                queued,
                queueCapacity,
                memoryOctets,
                connections,
                tolerateSpaces,
                bareNewline,
                announceDsn,
                access);
    }

    Setup withoutContent() {
        return new Setup(
                limits,
                conduct,
                domains,
                false,
                queued,
                queueCapacity,
                memoryOctets,
                connections,
                tolerateSpaces,
                bareNewline,
                announceDsn,
                access);
    }

    Setup withQueue(final int capacity) {
        return new Setup(
                limits,
                conduct,
                domains,
                keepsContent,
                true,
                capacity,
                memoryOctets,
                connections,
                tolerateSpaces,
                bareNewline,
                announceDsn,
                access);
    }

    Setup withMemory(final long octets) {
        return new Setup(
                limits,
                conduct,
                domains,
                keepsContent,
                queued,
                queueCapacity,
                octets,
                connections,
                tolerateSpaces,
                bareNewline,
                announceDsn,
                access);
    }

    Setup withConnections(final int count) {
        return new Setup(
                limits,
                conduct,
                domains,
                keepsContent,
                queued,
                queueCapacity,
                memoryOctets,
                count,
                tolerateSpaces,
                bareNewline,
                announceDsn,
                access);
    }

    Setup tolerant() {
        return new Setup(
                limits,
                conduct,
                domains,
                keepsContent,
                queued,
                queueCapacity,
                memoryOctets,
                connections,
                true,
                bareNewline,
                announceDsn,
                access);
    }

    Setup withBareNewline(final BareNewline choice) {
        return new Setup(
                limits,
                conduct,
                domains,
                keepsContent,
                queued,
                queueCapacity,
                memoryOctets,
                connections,
                tolerateSpaces,
                choice,
                announceDsn,
                access);
    }

    Setup withoutDsn() {
        return new Setup(
                limits,
                conduct,
                domains,
                keepsContent,
                queued,
                queueCapacity,
                memoryOctets,
                connections,
                tolerateSpaces,
                bareNewline,
                false,
                access);
    }

    Setup withAccess(final AccessRules rules) {
        return new Setup(
                limits,
                conduct,
                domains,
                keepsContent,
                queued,
                queueCapacity,
                memoryOctets,
                connections,
                tolerateSpaces,
                bareNewline,
                announceDsn,
                rules);
    }
}
