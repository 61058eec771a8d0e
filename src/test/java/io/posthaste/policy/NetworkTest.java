package io.posthaste.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NetworkTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.2, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 9.255.255.255, false",
        "192.0.2.128/25, 192.0.2.128, true",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.16/28, 192.0.2.31, true",
        "192.0.2.16/28, 192.0.2.32, false",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "192.0.2.1/32, 192.0.2.1, true",
        "0.0.0.0/0, 255.1.2.3, true",
        "0.0.0.0/0, ::1, false",
        "0.0.0.0/1, 128.0.0.0, false",
        "128.0.0.0/1, 255.0.0.0, true",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::1, false",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, ::1, true",
        "::/0, 2001:db8::1, true",
        "::/0, 10.0.0.1, false",
        "fe80::/10, febf::1, true",
        "fe80::/10, fec0::1, false",
    })
    void shouldContainItsAddresses(final String network, final String address, final boolean expected)
            throws UnknownHostException {
        assertEquals(expected, Network.parse(network).contains(InetAddress.getByName(address)));
    }

    @Test
    void shouldAgreeWithArithmeticAtEveryPrefixLength() throws UnknownHostException {
        final byte[] base = {(byte) 0xA5, (byte) 0x5A, (byte) 0xC3, 0x3C};
        for (int bits = 0; bits <= 32; bits++) {
            final Network network = Network.parse("165.90.195.60/" + bits);
            for (int flipped = 0; flipped < 32; flipped++) {
                final byte[] other = base.clone();
                other[flipped / 8] ^= (byte) (0x80 >> flipped % 8);
                assertEquals(flipped >= bits, network.contains(InetAddress.getByAddress(other)), bits + "/" + flipped);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "10",
                "10/8",
                "10.1/16",
                "10.0.0/24",
                "1.2.3.4.5",
                "300.1.1.1",
                "1.2.3.999",
                "...",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/x",
                "10.0.0.0/8/8",
                "10.0.0.0/99999999999",
                "::/129",
                ":",
                "1:2",
                "2001:db8::g",
                "localhost",
                "mx.example",
                " 10.0.0.0/8",
                "10.0.0.0 /8",
                "::1%eth0",
                ".:1"
            })
    void shouldRefuseWhatIsNoNetwork(final String text) {
        final IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> Network.parse(text));
        assertTrue(refusal.getMessage().contains("'" + text + "'"), refusal.getMessage());
    }
}
