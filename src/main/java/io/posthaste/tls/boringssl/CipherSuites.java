package io.posthaste.tls.boringssl;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The cipher suites of TLS 1.2 that are offered, the best first: forward secret ones, those with ECDSA and AES before the others.
 * BoringSSL names them as OpenSSL does, everybody else as IANA registered them. Those of TLS 1.3 have one name, and are not for us to
 * choose.
 */
final class CipherSuites {
    private static final Map<String, String> REGISTERED = new LinkedHashMap<>();

    static {
        REGISTERED.put("ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
        REGISTERED.put("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
        REGISTERED.put("ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
        REGISTERED.put("ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
        REGISTERED.put("ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
        REGISTERED.put("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
        REGISTERED.put("ECDHE-ECDSA-AES128-SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA");
        REGISTERED.put("ECDHE-RSA-AES128-SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
        REGISTERED.put("ECDHE-ECDSA-AES256-SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA");
        REGISTERED.put("ECDHE-RSA-AES256-SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA");
    }

    private CipherSuites() {}

    /** All of them, as BoringSSL takes them. */
    static String offered() {
        return String.join(":", REGISTERED.keySet());
    }

    /** The registered name of a suite that BoringSSL names. */
    static String registered(final String name) {
        return REGISTERED.getOrDefault(name, name);
    }
}
