package io.posthaste.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Certificates and keys beside the tests, and a client for all of them. */
public final class TlsFixtures {
    private TlsFixtures() {}

    /** Puts a file into a directory; a path that does not exist when there is no such file. */
    public static Path file(final Path directory, final String name) throws IOException {
        return file(directory, name, name);
    }

    /** As {@link #file(Path, String)}, under another name; it takes the place of one that is there, all at once. */
    public static Path file(final Path directory, final String name, final String as) throws IOException {
        final Path target = directory.resolve(as);
        Files.createDirectories(target.getParent());
        try (InputStream in = TlsFixtures.class.getResourceAsStream(name)) {
            if (in != null) {
                final Path made = directory.resolve(target.getFileName() + ".new");
                Files.copy(in, made, StandardCopyOption.REPLACE_EXISTING);
                Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return target;
    }

    /** A pair made for a host, valid from a day before this time and for 365 days behind it, as {@code NAME.crt} and {@code NAME.key}. */
    public static void pair(final Path directory, final String name, final String host, final Instant time)
            throws IOException {
        final Identity identity = SelfSigned.create(host, time);
        try {
            pem(
                    directory.resolve(name + ".crt"),
                    "CERTIFICATE",
                    identity.certificate().getEncoded());
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        pem(directory.resolve(name + ".key"), "PRIVATE KEY", identity.key().getEncoded());
    }

    private static void pem(final Path file, final String label, final byte[] octets) throws IOException {
        Files.writeString(
                file,
                "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(octets) + "\n-----END "
                        + label + "-----\n");
    }

    /** The certificate of that name with its key. */
    public static Identity identity(final Path directory, final String name) throws IOException {
        return Identities.load(TlsConfig.of(file(directory, name + ".crt"), file(directory, name + "-pkcs8.key")))
                .get(0);
    }

    /** A client's context that takes every certificate, even one for another host; it remembers sessions. */
    public static SSLContext trustingAnyone() {
        return trustingAnyone((KeyManager[]) null);
    }

    /** Likewise, of a client that shows a certificate when it is asked for one. */
    public static SSLContext trustingAnyone(final Identity identity) throws GeneralSecurityException, IOException {
        final KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("client", identity.key(), new char[0], identity.chain().toArray(X509Certificate[]::new));
        final KeyManagerFactory managers = KeyManagerFactory.getInstance("SunX509");
        managers.init(keys, new char[0]);
        return trustingAnyone(managers.getKeyManagers());
    }

    private static SSLContext trustingAnyone(final KeyManager[] keys) {
        try {
            final SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {new TrustAnyone()}, null);
            return context;
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class TrustAnyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String type) {}

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
