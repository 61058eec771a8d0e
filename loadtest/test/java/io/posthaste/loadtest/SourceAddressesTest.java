package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SourceAddressesTest {
    @Test
    void shouldGoRoundARange() {
        final SourceAddresses sources = SourceAddresses.parse("127.0.0.254-127.0.1.1");
        assertEquals(4, sources.count());
        assertEquals(new InetSocketAddress("127.0.0.254", 0), sources.address(0));
        assertEquals(new InetSocketAddress("127.0.1.1", 0), sources.address(3));
        assertEquals(new InetSocketAddress("127.0.0.254", 0), sources.address(4));
        assertEquals(
                new InetSocketAddress("200.1.2.3", 0),
                SourceAddresses.parse("200.1.2.3").address(9));
    }

    @Test
    void shouldSpreadManyConnectionsToLoopbackByItself() {
        final InetSocketAddress loopback = new InetSocketAddress("127.0.0.1", 25);
        assertTrue(SourceAddresses.implied(loopback, 25_000).isAny());
        final SourceAddresses sources = SourceAddresses.implied(loopback, 60_000);
        assertEquals(3, sources.count());
        assertEquals(new InetSocketAddress("127.0.0.3", 0), sources.address(2));
        assertTrue(SourceAddresses.implied(new InetSocketAddress("192.0.2.1", 25), 60_000)
                .isAny());
        assertTrue(SourceAddresses.implied(new InetSocketAddress("::1", 25), 60_000)
                .isAny());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "127.0.0.1-", "127.0.0.256", "1.2.3", "127.0.0.2-127.0.0.1", "0.0.0.0-255.0.0.0"})
    void shouldRefuseWhatIsNoRange(String text) {
        assertThrows(TypeConversionException.class, () -> SourceAddresses.parse(text));
    }
}
