package io.posthaste.tls;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/**
 * Engines of the JDK, TLS 1.2 and 1.3. Sessions are resumed by tickets, which cost the server no memory; a few clients of
 * TLS 1.2 that know none are remembered. Immutable but for those sessions.
 */
final class JdkEngines implements TlsEngines {
    /** How long a session may be resumed. */
    static final int SESSION_SECONDS = (int) TimeUnit.HOURS.toSeconds(2);
    /** Sessions remembered for clients without tickets. */
    static final int REMEMBERED_SESSIONS = 10_000;

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final SSLContext context;
    private final SSLParameters parameters;

    /** @param identities at least one; the first is for clients that ask for no name, or for one that is not there */
    JdkEngines(final List<Identity> identities) {
        try {
            context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new IdentityKeyManager(identities)}, new TrustManager[0], null);
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("the Java runtime has no TLS", e);
        }
        context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
        context.getServerSessionContext().setSessionCacheSize(REMEMBERED_SESSIONS);
        parameters = new SSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setCipherSuites(
                forwardSecret(context.getDefaultSSLParameters().getCipherSuites()));
        parameters.setUseCipherSuitesOrder(true);
    }

    /** Of the suites that the JDK has on, in its order, those that keep old mail secret when the key is stolen. */
    private static String[] forwardSecret(final String[] suites) {
        return Arrays.stream(suites)
                .filter(suite -> suite.startsWith("TLS_AES_")
                        || suite.startsWith("TLS_CHACHA20_")
                        || suite.startsWith("TLS_ECDHE_")
                        || suite.startsWith("TLS_DHE_RSA_") && suite.contains("_GCM_"))
                .toArray(String[]::new);
    }

    @Override
    public TlsEngine newEngine() {
        final SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters);
        try {
            return new JdkEngine(engine);
        } catch (final SSLException e) {
            throw new IllegalStateException("an engine does not begin its handshake", e);
        }
    }

    /** All of it is on the heap. */
    @Override
    public void close() {}
}
