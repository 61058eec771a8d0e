package io.posthaste.tls.boringssl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.internal.tcnative.SessionTicketKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Which keys seal and open tickets, as time passes. */
final class TicketKeysTest {
    private static final long START_NS = Long.MAX_VALUE - 1;

    private final TicketKeys keys = new TicketKeys(START_NS);

    @Test
    void shouldKeepAKeyForAnHour() {
        final SessionTicketKey[] first = keys.keys();
        assertEquals(0, keys.rotate(START_NS + TicketKeys.ROTATION_NS - 1));
        assertArrayEquals(first, keys.keys());
        assertEquals(1, keys.rotate(START_NS + TicketKeys.ROTATION_NS));
        assertNotEquals(first[0], keys.keys()[0]);
        assertSame(first[0], keys.keys()[1], "it still opens what it sealed");
    }

    @Test
    void shouldForgetAKeyWhenItsTicketsHaveRunOut() {
        final SessionTicketKey first = keys.keys()[0];
        for (int hour = 1; hour <= 2; hour++) {
            keys.rotate(START_NS + hour * TicketKeys.ROTATION_NS);
            assertSame(first, keys.keys()[hour]);
        }
        assertEquals(3, keys.rotate(START_NS + 3 * TicketKeys.ROTATION_NS));
        assertEquals(TicketKeys.KEPT, keys.keys().length);
        assertEquals(false, Arrays.asList(keys.keys()).contains(first));
    }

    @Test
    void shouldForgetAllWhenNobodyCameByForLong() {
        keys.rotate(START_NS + TicketKeys.ROTATION_NS);
        assertEquals(2, keys.rotate(START_NS + 10 * TicketKeys.ROTATION_NS));
        assertEquals(1, keys.keys().length);
    }

    @Test
    void shouldMakeKeysThatDiffer() {
        final SessionTicketKey one = keys.keys()[0];
        final SessionTicketKey other = new TicketKeys(START_NS).keys()[0];
        assertEquals(false, Arrays.equals(one.getName(), other.getName()));
        assertEquals(false, Arrays.equals(one.getAesKey(), other.getAesKey()));
        assertEquals(false, Arrays.equals(one.getHmacKey(), other.getHmacKey()));
    }
}
