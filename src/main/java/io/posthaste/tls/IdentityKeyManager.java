package io.posthaste.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Chooses the certificate for a handshake by the host name that the client asks for (SNI, RFC 6066 section 3) and the kind of
 * key that it can do. An alias is the index of an identity. Immutable; any thread.
 */
final class IdentityKeyManager extends X509ExtendedKeyManager {
    private final List<Identity> identities;
    private final IdentityChoice choice;

    IdentityKeyManager(final List<Identity> identities) {
        this.identities = List.copyOf(identities);
        choice = new IdentityChoice(identities);
    }

    @Override
    public String chooseEngineServerAlias(final String keyType, final Principal[] issuers, final SSLEngine engine) {
        return engine.getHandshakeSession() instanceof ExtendedSSLSession session
                ? choose(keyType, session.getRequestedServerNames())
                : choose(keyType, List.of());
    }

    /** Null when there is nothing for this kind of key. */
    String choose(final String keyType, final List<SNIServerName> requested) {
        for (final Identity identity : choice.forHost(host(requested))) {
            if (identity.keyAlgorithm().equals(keyType)) {
                return Integer.toString(identities.indexOf(identity));
            }
        }
        return null;
    }

    private static String host(final List<SNIServerName> requested) {
        for (final SNIServerName name : requested) {
            if (name instanceof SNIHostName host) {
                return host.getAsciiName();
            }
        }
        return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(final String alias) {
        return identities.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(final String alias) {
        return identities.get(Integer.parseInt(alias)).key();
    }

    @Override
    public String[] getServerAliases(final String keyType, final Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseServerAlias(final String keyType, final Principal[] issuers, final Socket socket) {
        return null;
    }

    @Override
    public String[] getClientAliases(final String keyType, final Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseClientAlias(final String[] keyType, final Principal[] issuers, final Socket socket) {
        return null;
    }
}
