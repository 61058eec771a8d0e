package io.posthaste.loadtest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** TLS for a {@link ScriptedServer}: a P-256 key, made by keytool for these tests, for localhost and 127.0.0.1. */
final class TlsServer {
    /** Enough for keytool on a busy machine. */
    private static final long KEYTOOL_WAIT_S = 60;

    private static final String PASSWORD = "changeit";
    private static final KeyStore KEYS = newKeys();

    private final SSLContext context;
    private final List<String> protocols;

    /** @param protocols versions accepted, by the names of JSSE */
    TlsServer(String... protocols) {
        this.protocols = List.of(protocols);
        try {
            final KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(KEYS, PASSWORD.toCharArray());
            context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyStore newKeys() {
        try {
            final Path directory = Files.createTempDirectory("posthaste-tls");
            final Path file = directory.resolve("keys.p12");
            try {
                makeKeys(file);
                final KeyStore keys = KeyStore.getInstance("PKCS12");
                try (InputStream in = Files.newInputStream(file)) {
                    keys.load(in, PASSWORD.toCharArray());
                }
                return keys;
            } finally {
                Files.deleteIfExists(file);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void makeKeys(Path file) throws IOException, InterruptedException {
        final Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-alias",
                        "server",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        final String said = new String(keytool.getInputStream().readAllBytes());
        if (!keytool.waitFor(KEYTOOL_WAIT_S, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new AssertionError("keytool: " + said);
        }
    }

    /** The server's certificate, which is its own authority. */
    static X509Certificate certificate() {
        try {
            return (X509Certificate) KEYS.getCertificate("server");
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The certificate as a file for {@code --tls-ca}. */
    static String pem() {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder().encodeToString(certificate().getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The server's end over an accepted connection; its close leaves the connection open. */
    SSLSocket over(Socket socket) throws IOException {
        final SSLSocket secured = (SSLSocket) context.getSocketFactory()
                .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), false);
        secured.setUseClientMode(false);
        secured.setEnabledProtocols(protocols.toArray(String[]::new));
        return secured;
    }
}
