package io.posthaste.tls.boringssl;

import io.netty.internal.tcnative.CertificateCallback;
import io.netty.internal.tcnative.SSL;
import io.posthaste.tls.Identity;
import io.posthaste.tls.IdentityChoice;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses the certificate of a handshake by the host that the client asks for and, where there are keys of several kinds for
 * it, by the signatures that the client can verify. Immutable; called by BoringSSL on whichever thread shakes hands.
 */
final class KeyMaterialChooser implements CertificateCallback {
    private final IdentityChoice choice;
    private final Map<Identity, KeyMaterial> materials = new IdentityHashMap<>();

    KeyMaterialChooser(final List<Identity> identities, final List<KeyMaterial> materialsOfThem) {
        choice = new IdentityChoice(identities);
        for (int i = 0; i < identities.size(); i++) {
            materials.put(identities.get(i), materialsOfThem.get(i));
        }
    }

    @Override
    public void handle(final long ssl, final byte[] keyTypes, final byte[][] issuers) throws Exception {
        final List<Identity> candidates = choice.forHost(SSL.getSniHostname(ssl));
        materials
                .get(candidates.size() == 1 ? candidates.get(0) : best(candidates, SSL.getSigAlgs(ssl)))
                .useFor(ssl);
    }

    /** The first whose signatures the client can verify; the first of all when it does not say, or can do with none. */
    static Identity best(final List<Identity> candidates, final String[] signatures) {
        if (signatures != null) {
            for (final Identity candidate : candidates) {
                final String family = family(candidate.keyAlgorithm());
                for (final String signature : signatures) {
                    if (signature.startsWith(family)) {
                        return candidate;
                    }
                }
            }
        }
        return candidates.get(0);
    }

    /** How the names of the signatures of such a key begin (RFC 8446 section 4.2.3). */
    private static String family(final String keyAlgorithm) {
        return switch (keyAlgorithm) {
            case "EC" -> "ecdsa";
            case "RSA" -> "rsa";
            default -> "ed";
        };
    }
}
