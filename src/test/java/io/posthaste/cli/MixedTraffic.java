package io.posthaste.cli;

import io.posthaste.dnsbl.FakeDns;
import io.posthaste.policy.PasswordHash;
import io.posthaste.server.HostPort;
import io.posthaste.server.RawClient;
import io.posthaste.tls.TlsFixtures;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;

/**
 * A server in a process of its own with all that tells figures of itself, and clients of all kinds, one behind the other. Their
 * addresses are told by the PROXY protocol, because nobody looks loopback up in a DNS list.
 */
final class MixedTraffic implements AutoCloseable {
    private static final int LISTED = 250;

    private final SSLContext tls = TlsFixtures.trustingAnyone();
    private final ServerProcess server;
    private final FakeDns dns;
    private final InetSocketAddress monitor;
    private final int port;
    private int rounds;

    private MixedTraffic(final ServerProcess server, final FakeDns dns) throws IOException, InterruptedException {
        this.server = server;
        this.dns = dns;
        final String line = server.errorLine("metrics at http://");
        monitor = HostPort.parse(line.replaceFirst(".*metrics at http://([^/]+)/metrics.*", "$1"));
        port = server.port();
    }

    static MixedTraffic start(final Path directory) throws IOException, InterruptedException {
        final Path users = Files.writeString(
                directory.resolve("users"), "ann:" + PasswordHash.of("right".toCharArray(), 1000) + "\n");
        final FakeDns dns = new FakeDns();
        for (int i = 0; i < LISTED; i++) {
            dns.lists(i + ".2.0.192.bl.example", "spam was seen");
        }
        dns.serve();
        final ServerProcess server = ServerProcess.start(
                directory,
                Map.of(),
                "serve",
                "--listen=127.0.0.1:0",
                "--metrics=127.0.0.1:0",
                "--hostname=mx.example",
                "--accept=server.example",
                "--deliver=spool:spool?size=256m&segment=8m",
                "--max-message-size=1m",
                "--forward=maildir:mail",
                "--forward=lmtp:" + directory.resolve("nobody"),
                "--tls-self-signed",
                "--auth-users=" + users,
                "--max-recipients=2",
                "--proxy-protocol=127.0.0.1",
                "--dnsbl=bl.example",
                "--dns-server=" + HostPort.format(dns.address()));
        return new MixedTraffic(server, dns);
    }

    /** Where its metrics are. */
    InetSocketAddress monitor() {
        return monitor;
    }

    /** A client of each kind. */
    void round() throws IOException {
        rounds++;
        try (RawClient client = connect(address())) {
            client.mails("Subject: one", "", "text").expects(250);
            client.sends("QUIT").expects(221);
        }
        try (RawClient client = connect("192.0.2." + rounds % LISTED)) {
            client.sends("MAIL FROM:<a@client.example>", "RCPT TO:<b@server.example>", "QUIT");
            client.expects(250);
            client.expects(550);
            client.expects(221);
        }
        try (RawClient client = connect(address());
                RawClient secure = client.sends("STARTTLS").startsTls(tls)) {
            secure.sends("EHLO client.example").expects(250);
            secure.sends(plain("wrong")).expects(535);
            secure.sends(plain("right")).expects(235);
            secure.mails("text").expects(250);
        }
        try (RawClient client = connect(address())) {
            client.sends("STARTTLS").expects(220);
            client.sends("This is no handshake.").endsOutput();
        }
        try (RawClient client = connect(address())) {
            client.sends("MAIL FROM:<a@client.example>").expects(250);
            client.sends("RCPT TO:<b@elsewhere.example>").expects(550);
            client.sends("RCPT TO:<b@server.example>", "RCPT TO:<c@server.example>", "RCPT TO:<d@server.example>");
            client.expects(250);
            client.expects(250);
            client.expects(452);
        }
        try (RawClient client = connect(address())) {
            client.begins("a@client.example", "b@server.example");
            client.sends("bare\n.\r\nNUL \0", ".").expects(550);
        }
    }

    private static String plain(final String password) {
        return "AUTH PLAIN "
                + Base64.getEncoder().encodeToString(("\0ann\0" + password).getBytes(StandardCharsets.US_ASCII));
    }

    /** Another one in each round, for the limits and the look-ups of a client. */
    private String address() {
        return "198.51." + (rounds >> 8 & 255) + "." + (rounds & 255);
    }

    private RawClient connect(final String address) throws IOException {
        final RawClient client = RawClient.connect(port);
        client.sends("PROXY TCP4 " + address + " 127.0.0.1 5000 25").expects(220);
        client.sends("EHLO client.example").expects(250);
        return client;
    }

    @Override
    public void close() {
        server.close();
        dns.close();
    }
}
