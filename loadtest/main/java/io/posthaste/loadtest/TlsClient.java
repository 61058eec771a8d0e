package io.posthaste.loadtest;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Puts TLS over the connections of one thread, which share its buffers and the sessions that can be resumed. Engine
 * thread only.
 */
final class TlsClient {
    private final TlsPlan plan;
    private final int port;
    private final Tally tally;
    private final TlsBuffers buffers = new TlsBuffers();
    private final SecureRandom random = new SecureRandom();
    private final TrustManager[] trust;
    private final SSLContext shared;

    /** @param tally where handshakes are counted */
    TlsClient(TlsPlan plan, int port, Tally tally) {
        this.plan = plan;
        this.port = port;
        this.tally = tally;
        try {
            this.trust = plan.isVerified() ? trustIn(plan.authorities()) : new TrustManager[] {new TrustAnyone()};
            this.shared = newContext();
            warmUp();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("TLS is not available: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trustIn(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = null;
        if (!authorities.isEmpty()) {
            store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry(Integer.toString(i), authorities.get(i));
            }
        }
        final TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private SSLContext newContext() throws GeneralSecurityException {
        final SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust, random);
        return context;
    }

    /** Makes a ClientHello for nobody: what the runtime loads for the first one would count as the server's delay. */
    private void warmUp() throws IOException {
        newEngine().wrap(ByteBuffer.allocate(0), buffers.sent.clear());
    }

    /** A wire on which no handshake has begun. It owns the channel from now on. */
    TlsWire over(ByteChannel channel) throws IOException {
        return new TlsWire(channel, newEngine(), buffers, tally);
    }

    private SSLEngine newEngine() throws IOException {
        final SSLEngine engine = context().createSSLEngine(plan.serverName(), port);
        engine.setUseClientMode(true);
        final SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(plan.protocols().toArray(String[]::new));
        if (!plan.isNamedByAddress()) {
            parameters.setServerNames(List.of(new SNIHostName(plan.serverName())));
        }
        if (plan.isVerified()) {
            // The rules of HTTPS for names in certificates are those of RFC 6125, as RFC 7817 asks for.
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** Sessions belong to a context: one that is new has none to resume. */
    private SSLContext context() throws IOException {
        if (plan.isResuming()) {
            return shared;
        }
        try {
            return newContext();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** Checks nothing: what is measured is a server, not its certificate. */
    private static final class TrustAnyone extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
