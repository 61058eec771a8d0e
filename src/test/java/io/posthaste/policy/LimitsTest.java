package io.posthaste.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LimitsTest {
    private static final Limits ODD = new Limits(1, 2, 513, 4, 5, 6, 7, 8);

    @Test
    void shouldGiveAtLeastWhatTheStandardAsksFor() {
        final Limits limits = Limits.DEFAULTS;
        assertTrue(limits.recipients() >= 100, "RFC 5321 section 4.5.3.1.8");
        assertTrue(limits.commandLineOctets() >= 512, "RFC 5321 section 4.5.3.1.4");
        assertTrue(limits.messageOctets() >= 64 * 1024, "RFC 5321 section 4.5.3.1.7");
        assertTrue(limits.commandTimeoutNs() >= TimeUnit.MINUTES.toNanos(5), "RFC 5321 section 4.5.3.2.7");
        assertTrue(limits.dataTimeoutNs() >= TimeUnit.MINUTES.toNanos(3), "RFC 5321 section 4.5.3.2.5");
    }

    @Test
    void shouldChangeOnlyWhatIsNamed() {
        assertEquals(new Limits(9, 2, 513, 4, 5, 6, 7, 8), ODD.withMessageOctets(9));
        assertEquals(new Limits(1, 9, 513, 4, 5, 6, 7, 8), ODD.withRecipients(9));
        assertEquals(new Limits(1, 2, 513, 9, 10, 6, 7, 8), ODD.withTimeouts(9, 10));
        assertEquals(new Limits(1, 2, 513, 4, 5, 6, 9, 8), ODD.withHandOffTimeoutNs(9));
    }

    @Test
    void shouldRefuseLimitsThatCannotWork() {
        assertThrows(IllegalArgumentException.class, () -> ODD.withMessageOctets(0));
        assertThrows(IllegalArgumentException.class, () -> ODD.withRecipients(0));
        assertThrows(IllegalArgumentException.class, () -> ODD.withTimeouts(0, 1));
        assertThrows(IllegalArgumentException.class, () -> ODD.withTimeouts(1, -1));
        assertThrows(IllegalArgumentException.class, () -> ODD.withHandOffTimeoutNs(0));
        assertThrows(IllegalArgumentException.class, () -> new Limits(1, 2, 513, 4, 5, 0, 7, 8));
        assertThrows(IllegalArgumentException.class, () -> new Limits(1, 2, 513, 4, 5, 6, 7, 0));
        for (final int octets : new int[] {0, 511, 2049}) {
            assertThrows(IllegalArgumentException.class, () -> new Limits(1, 2, octets, 4, 5, 6, 7, 8));
        }
    }
}
