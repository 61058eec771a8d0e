package io.posthaste.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkSetTest {
    private static NetworkSet set(final String... networks) {
        return new NetworkSet(List.of(networks).stream().map(Network::parse).toList());
    }

    private static InetAddress address(final String text) {
        try {
            return InetAddress.getByName(text);
        } catch (final UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldKnowBothEndsOfEachRange() {
        final NetworkSet set =
                set("192.0.2.0/24", "10.1.2.3", "255.255.255.255/32", "2001:db8::/33", "198.51.100.77/25");
        for (final String in : List.of(
                "192.0.2.0",
                "192.0.2.255",
                "10.1.2.3",
                "255.255.255.255",
                "2001:db8::",
                "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff",
                "198.51.100.0",
                "198.51.100.127")) {
            assertTrue(set.contains(address(in)), in);
        }
        for (final String out : List.of(
                "192.0.1.255",
                "192.0.3.0",
                "10.1.2.2",
                "10.1.2.4",
                "255.255.255.254",
                "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001:db8:8000::",
                "198.51.100.128",
                "0.0.0.0",
                "::")) {
            assertFalse(set.contains(address(out)), out);
        }
    }

    @Test
    void shouldKeepTheFamiliesApart() {
        assertFalse(set("::/0").contains(address("192.0.2.1")));
        assertTrue(set("::/0").contains(address("ffff::")));
        assertFalse(set("0.0.0.0/0").contains(address("2001:db8::1")));
        assertTrue(set("0.0.0.0/0").contains(address("255.1.1.1")));
        assertFalse(NetworkSet.EMPTY.contains(address("::1")));
    }

    @Test
    void shouldAgreeWithALookThroughAll() throws UnknownHostException {
        final Random random = new Random(4);
        for (final int octets : new int[] {4, 16}) {
            final List<Network> networks = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                final String text =
                        InetAddress.getByAddress(octets(random, octets)).getHostAddress();
                networks.add(Network.parse(text + "/" + (12 + random.nextInt(octets * 8 - 11))));
            }
            final NetworkSet set = new NetworkSet(networks);
            int hits = 0;
            for (int i = 0; i < 100_000; i++) {
                final InetAddress address = InetAddress.getByAddress(octets(random, octets));
                final boolean isIn = networks.stream().anyMatch(network -> network.contains(address));
                assertEquals(isIn, set.contains(address), address::toString);
                hits += isIn ? 1 : 0;
            }
            assertTrue(hits > 100 && hits < 99_900, "hits: " + hits);
        }
    }

    /** Few values of each octet, so that networks and addresses meet. */
    private static byte[] octets(final Random random, final int count) {
        final byte[] octets = new byte[count];
        for (int i = 0; i < count; i++) {
            octets[i] = (byte) (random.nextInt(4) * 85);
        }
        return octets;
    }

    @Test
    void shouldReadAFile(@TempDir final Path directory) throws Exception {
        final Path file = directory.resolve("networks");
        Files.write(file, List.of("# pests", "192.0.2.0/24 # of old", "", "2001:db8::/32"));
        assertEquals(2, NetworkSet.read(file).size());
        Files.write(file, List.of("192.0.2.0/24", "10/8"));
        final String message = assertThrows(IllegalArgumentException.class, () -> NetworkSet.read(file))
                .getMessage();
        assertTrue(message.contains("line 2: '10/8' is not a network"), message);
    }
}
