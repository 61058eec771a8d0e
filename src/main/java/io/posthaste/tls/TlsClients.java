package io.posthaste.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Makes the client's side of TLS connections, by the JDK, TLS 1.2 and 1.3; sessions are resumed. Immutable but for those
 * sessions; any thread.
 */
public final class TlsClients {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final SSLContext context;
    private final boolean verifies;

    private TlsClients(final TrustManager[] trust, final boolean verifies) {
        try {
            context = SSLContext.getInstance("TLS");
            context.init(null, trust, null);
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no TLS", e);
        }
        this.verifies = verifies;
    }

    /** Clients that take any certificate: what they send is secret from those who only listen. */
    public static TlsClients trustingAnyone() {
        return new TlsClients(new TrustManager[] {new TrustAnyone()}, false);
    }

    /**
     * Clients that take only a certificate for the host they want, of an authority they know.
     *
     * @param authorities PEM file with their certificates; null for those of the Java runtime
     * @throws IllegalArgumentException the file cannot be read; the message is for the operator
     */
    public static TlsClients verifying(final Path authorities) {
        try {
            final TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(authorities == null ? null : store(authorities));
            return new TlsClients(factory.getTrustManagers(), true);
        } catch (final GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("cannot use the certificates in " + authorities + ": " + e, e);
        }
    }

    /** Whether the certificates of servers are checked. */
    public boolean verifies() {
        return verifies;
    }

    /**
     * An engine for one connection, its handshake about to begin.
     *
     * @param host the name that the server is known by, or its address
     */
    public TlsEngine newEngine(final String host, final int port) {
        final SSLEngine engine = context.createSSLEngine(host, port);
        engine.setUseClientMode(true);
        final SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        if (verifies) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        engine.setSSLParameters(parameters);
        try {
            return new JdkEngine(engine);
        } catch (final SSLException e) {
            throw new IllegalStateException("an engine does not begin its handshake", e);
        }
    }

    private static KeyStore store(final Path authorities) throws GeneralSecurityException, IOException {
        final List<byte[]> certificates = PemFile.read(authorities).all("CERTIFICATE");
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException(authorities + " holds no certificate in PEM");
        }
        final KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        final CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry(
                    "ca" + i, factory.generateCertificate(new ByteArrayInputStream(certificates.get(i))));
        }
        return store;
    }

    /** Extended, so that the JDK adds no check of its own. */
    private static final class TrustAnyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String type) {}

        @Override
        public void checkClientTrusted(
                final X509Certificate[] chain, final String type, final java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String type, final SSLEngine engine) {}

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String type) {}

        @Override
        public void checkServerTrusted(
                final X509Certificate[] chain, final String type, final java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String type, final SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
