package io.posthaste.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
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

    IdentityKeyManager(final List<Identity> identities) {
        this.identities = List.copyOf(identities);
    }

    @Override
    public String chooseEngineServerAlias(final String keyType, final Principal[] issuers, final SSLEngine engine) {
        return engine.getHandshakeSession() instanceof ExtendedSSLSession session
                ? choose(keyType, session.getRequestedServerNames())
                : choose(keyType, List.of());
    }

    /**
     * The name decides, not the key: a client that could do with the key of another host's certificate gets none of it. Null
     * when there is nothing for this kind of key.
     */
    String choose(final String keyType, final List<SNIServerName> requested) {
        boolean isKnown = false;
        for (int i = 0; i < identities.size(); i++) {
            if (isFor(identities.get(i), requested)) {
                isKnown = true;
                if (hasKey(identities.get(i), keyType)) {
                    return Integer.toString(i);
                }
            }
        }
        return !isKnown && hasKey(identities.get(0), keyType) ? "0" : null;
    }

    private static boolean isFor(final Identity identity, final List<SNIServerName> requested) {
        for (final SNIServerName name : requested) {
            if (name instanceof SNIHostName host
                    && identity.isFor(host.getAsciiName().toLowerCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasKey(final Identity identity, final String keyType) {
        return identity.certificate().getPublicKey().getAlgorithm().equals(keyType);
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
