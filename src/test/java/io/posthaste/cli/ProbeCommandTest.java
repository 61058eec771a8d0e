package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.policy.PasswordHash;
import io.posthaste.server.SmtpServer;
import io.posthaste.tls.TlsConfig;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @Test
    void shouldExitZeroForAServerThatKeepsToTheRules() throws IOException {
        try (SmtpServer server = SmtpServer.builder().listen("127.0.0.1", 0).start()) {
            assertEquals(0, probe("127.0.0.1:" + server.port(), "--only", "commands.*"), errors.toString());
        }
        assertTrue(out.toString().matches("(?s)group .*\ncommands .*\ntotal .*\n"), out.toString());
    }

    @Test
    void shouldExitOneForAServerThatViolatesAMust() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            final Thread server = new Thread(() -> serveYesMan(socket), "yes-man");
            server.start();
            assertEquals(1, probe("127.0.0.1:" + socket.getLocalPort(), "--only", "sequence.rcpt-first", "--verbose"));
        }
        assertTrue(out.toString().contains("MUST sequence.rcpt-first: "), out.toString());
        assertTrue(out.toString().contains("    came     250 yes\n"), out.toString());
        assertTrue(out.toString().contains("      C: RCPT TO:<postmaster>"), out.toString());
    }

    @Test
    void shouldExitTwoWhenThereIsNoServer() throws IOException {
        final int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertEquals(2, probe("127.0.0.1:" + port));
        assertTrue(errors.toString().matches("posthaste: cannot probe 127.0.0.1:\\d+: [^\n]+\n"), errors.toString());
    }

    @Test
    void shouldExitTwoWhenTheServerDoesNotTakeTheRecipient() throws IOException {
        try (SmtpServer server = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .accept("example.org")
                .start()) {
            assertEquals(2, probe("127.0.0.1:" + server.port(), "--to", "a@example.net"));
        }
        assertTrue(errors.toString().contains("choose one with --to"), errors.toString());
    }

    @Test
    void shouldLogInWithThePasswordOfAFile() throws IOException {
        final Path password = Files.writeString(directory.resolve("password"), "rïght\nnot this\n");
        try (SmtpServer server = submission("rïght")) {
            final String address = "127.0.0.1:" + server.port();
            assertEquals(
                    0,
                    probe(address, "--user", "ann", "--password-file", password.toString(), "--only", "auth.*"),
                    () -> out + "" + errors);
            assertTrue(out.toString().matches("(?s).*\nauth +19 +19 +0 +0 +0 +0\n.*"), out::toString);
        }
    }

    @Test
    void shouldExitTwoWhenNobodyCanLogIn() throws IOException {
        final String wrong =
                Files.writeString(directory.resolve("password"), "wrong\n").toString();
        try (SmtpServer server = submission("right")) {
            assertEquals(2, probe("127.0.0.1:" + server.port(), "--user", "ann", "--password-file", wrong));
            assertEquals(
                    "posthaste: cannot probe 127.0.0.1:" + server.port()
                            + ": wanted 235 for the user and password, but got 535 5.7.8 Authentication failed: wrong user or password\n",
                    errors.toString());
        }
        errors.getBuffer().setLength(0);
        try (SmtpServer server = SmtpServer.builder().listen("127.0.0.1", 0).start()) {
            assertEquals(2, probe("127.0.0.1:" + server.port(), "--user", "ann", "--password-file", wrong));
            assertEquals(
                    "posthaste: cannot probe 127.0.0.1:" + server.port()
                            + ": a user is given, but it does not offer STARTTLS to log in within\n",
                    errors.toString());
        }
        errors.getBuffer().setLength(0);
        try (SmtpServer server = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .tls(TlsConfig.selfSigned("mx.example"))
                .start()) {
            assertEquals(2, probe("127.0.0.1:" + server.port(), "--user", "ann", "--password-file", wrong));
            assertTrue(errors.toString().contains("within STARTTLS it does not offer AUTH PLAIN"), errors::toString);
        }
    }

    /** One that takes mail only from who has logged in, as a submission server does. */
    private SmtpServer submission(final String password) throws IOException {
        final Path users = Files.writeString(
                directory.resolve("users"), "ann:" + PasswordHash.of(password.toCharArray(), 1000) + "\n");
        return SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .tls(TlsConfig.selfSigned("mx.example"))
                .authUsers(users)
                .requireAuth(true)
                .start();
    }

    @Test
    void shouldRefuseWrongArgumentsInOneLine() throws IOException {
        final String empty = Files.writeString(directory.resolve("empty"), "\n").toString();
        for (final List<String> wrong : List.of(
                List.<String>of(),
                List.of("nowhere"),
                List.of("127.0.0.1:2525", "--only", "nothing.*"),
                List.of("127.0.0.1:2525", "--parallel", "0"),
                List.of("127.0.0.1:2525", "--timeout", "soon"),
                List.of("127.0.0.1:2525", "--user", "ann"),
                List.of("127.0.0.1:2525", "--password-file", empty),
                List.of("127.0.0.1:2525", "--user", "ann", "--password-file", empty),
                List.of("127.0.0.1:2525", "--user", "", "--password-file", empty),
                List.of("127.0.0.1:2525", "--user", "ann", "--password-file", directory.toString()),
                List.of("127.0.0.1:2525", "--user", "ann", "--password-file", empty + "-not"),
                List.of("127.0.0.1:2525", "--unknown"))) {
            errors.getBuffer().setLength(0);
            assertEquals(2, probe(wrong.toArray(String[]::new)), wrong.toString());
            assertTrue(errors.toString().matches("posthaste: [^\n]+\n"), errors.toString());
        }
    }

    /** In another encoding it would be another password; what stands behind it in the file does not matter. */
    @Test
    void shouldRefuseAPasswordThatIsNotUtf8() throws IOException {
        final Path file = directory.resolve("password");
        for (final byte[] wrong : new byte[][] {
            "s\u00e9cret\n".getBytes(StandardCharsets.ISO_8859_1),
            {'x', (byte) 0xe2, (byte) 0x82},
            {(byte) 0xed, (byte) 0xa0, (byte) 0x80, '\n'},
            "x".getBytes(StandardCharsets.UTF_16)
        }) {
            errors.getBuffer().setLength(0);
            Files.write(file, wrong);
            assertEquals(2, probe("127.0.0.1:1", "--user", "ann", "--password-file", file.toString()));
            assertEquals(
                    "posthaste: the first line of " + file
                            + " is not UTF-8: write the password in that encoding (iconv -t UTF-8)\n",
                    errors.toString());
        }
    }

    @Test
    void shouldReadAPasswordOfAnyCharacters() throws IOException {
        for (final String end : List.of("", "\n", "\r\n", "\nmore\n", "\n\u0080")) {
            final byte[] octets = ("p\u00e4ss \u20ac \ud83d\udd11" + end).getBytes(StandardCharsets.UTF_8);
            if (end.endsWith("\u0080")) {
                octets[octets.length - 1] = (byte) 0xff;
            }
            assertEquals(
                    "p\u00e4ss \u20ac \ud83d\udd11",
                    new String(PasswordLine.read(new ByteArrayInputStream(octets), "a file")));
        }
    }

    @Test
    void shouldListTheCases() {
        assertEquals(0, probe("--list", "--only", "smuggling.body.lf-dot-lf.*"));
        assertEquals(2, out.toString().lines().count(), out.toString());
        assertTrue(out.toString().startsWith("MUST   smuggling.body.lf-dot-lf.transaction: "), out.toString());
    }

    private int probe(final String... arguments) {
        final String[] all = new String[arguments.length + 1];
        all[0] = "probe";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return Main.run(all, Map.of(), new PrintWriter(out), new PrintWriter(errors, true));
    }

    /** Says yes to everything, until the socket is closed. */
    private static void serveYesMan(final ServerSocket socket) {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept();
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1))) {
                say(client, "220 yes");
                String line = in.readLine();
                while (line != null) {
                    say(client, line.equals("QUIT") ? "221 yes" : "250 yes");
                    line = line.equals("QUIT") ? null : in.readLine();
                }
            } catch (final IOException e) {
                // The next client, or the end of the test.
            }
        }
    }

    private static void say(final Socket client, final String line) throws IOException {
        client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
