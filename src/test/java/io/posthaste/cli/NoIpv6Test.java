package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.server.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A machine without IPv6, where the JDK refuses its addresses by exceptions of other kinds than those of a network. */
@Timeout(90)
final class NoIpv6Test {
    private static final List<String> WITHOUT_IPV6 =
            List.of("-XX:TieredStopAtLevel=1", "-Djava.net.preferIPv4Stack=true");

    @TempDir
    private Path directory;

    /** Such as the first name server of a resolv.conf that another machine wrote. */
    @Test
    void shouldLetClientsInWhomNoDnsServerCanBeAskedAbout() throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.startWith(
                WITHOUT_IPV6,
                directory,
                "serve",
                "--listen=127.0.0.1:0",
                "--accept=server.example",
                "--deliver=discard:",
                "--proxy-protocol=127.0.0.1/32",
                "--dnsbl=bl.example",
                "--dns-server=[::1]:53",
                "--dnsbl-timeout=1s",
                "--policy-timeout=3s")) {
            try (RawClient client = RawClient.connect(server.port())) {
                client.sends("PROXY TCP4 192.0.2.99 127.0.0.1 1025 25").expects(220);
                client.sends("EHLO client.example").expects(250);
                client.sends("MAIL FROM:<a@client.example>").expects(250);
                client.sends("RCPT TO:<b@server.example>").expects(250);
            }
            server.errorLine("there is no IPv6 here to reach the DNS server by");
        }
    }

    @Test
    void shouldSayWhyAnAddressCannotBeListenedOn() throws IOException, InterruptedException {
        try (ServerProcess server =
                ServerProcess.startWith(WITHOUT_IPV6, directory, "serve", "--listen=[::1]:0", "--deliver=discard:")) {
            assertEquals(1, server.exitCode());
            assertEquals(
                    List.of("posthaste: cannot listen on [0:0:0:0:0:0:0:1]:0: there is no IPv6 here"),
                    server.errorLines().stream()
                            .filter(line -> line.startsWith("posthaste:"))
                            .toList());
        }
    }
}
