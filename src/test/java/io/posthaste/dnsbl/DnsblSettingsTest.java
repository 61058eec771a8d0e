package io.posthaste.dnsbl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator writes, and what the machine says. */
@Timeout(60)
final class DnsblSettingsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bl..example",
                "-bl.example",
                "bl.example=",
                "bl.example=127.0.0",
                "bl.example=127.0.0.256",
                "bl.example=127.0.0.[4..2]",
                "bl.example=127.0.0.[2",
                "bl.example=127.0.0.[2,3]",
                "a b.example"
            })
    void shouldTellWhatIsNoList(final String text) {
        assertThrows(IllegalArgumentException.class, () -> DnsblZone.parse(text));
    }

    @Test
    void shouldTellAZoneThatIsTooLong() {
        final String label = "a".repeat(63) + ".";
        DnsblZone.parse(label.repeat(2) + "a".repeat(61));
        assertThrows(IllegalArgumentException.class, () -> DnsblZone.parse(label.repeat(2) + "a".repeat(62)));
        assertThrows(IllegalArgumentException.class, () -> DnsblZone.parse("a".repeat(64) + ".example"));
    }

    @Test
    void shouldFindTheServersOfThisMachine() throws IOException {
        final Path file = java.nio.file.Files.createTempFile("resolv", ".conf");
        try {
            java.nio.file.Files.writeString(
                    file,
                    "# nameserver 192.0.2.1\nsearch here.example\nnameserver 192.0.2.53\n nameserver\t2001:db8::53\nnameserver name.example\n");
            assertEquals(
                    List.of(new InetSocketAddress("192.0.2.53", 53), new InetSocketAddress("2001:db8::53", 53)),
                    ResolvConf.servers(file));
            java.nio.file.Files.writeString(file, "search here.example\n");
            assertThrows(IllegalArgumentException.class, () -> ResolvConf.servers(file));
        } finally {
            java.nio.file.Files.delete(file);
        }
        assertThrows(IllegalArgumentException.class, () -> ResolvConf.servers(file), "there is none");
    }
}
