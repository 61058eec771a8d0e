package io.posthaste.tls;

import io.posthaste.metrics.HandshakeFailure;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells why a handshake failed from what its engine threw. Neither engine has more to tell than a text: that of the JDK is a sentence,
 * BoringSSL's has the name of its reason. What a later release words otherwise is {@link HandshakeFailure#OTHER}.
 */
public final class HandshakeFailures {
    /** Of the JDK, and of BoringSSL, which still has the names of the versions that had an alert first. */
    private static final Pattern ALERT =
            Pattern.compile("Received fatal alert: (\\w+)|(?:SSLV3|TLSV1)_(?:ALERT_)?(\\w+)");

    /** RFC 8446 section 6.2, but for those about the client's own certificate. */
    private static final Set<String> CERTIFICATE_ALERTS = Set.of(
            "bad_certificate",
            "unsupported_certificate",
            "certificate_revoked",
            "certificate_expired",
            "certificate_unknown",
            "unknown_ca",
            "bad_certificate_status_response",
            "bad_certificate_hash_value");

    private static final Pattern CLOSED = Pattern.compile("close_notify|user_canceled|USER_CANCELLED");
    private static final Pattern NOT_TLS = Pattern.compile(
            "Unsupported or unrecognized SSL message|plaintext connection|" + TlsEngine.NOT_A_RECORD + "|HTTP_REQUEST");
    private static final Pattern VERSION = Pattern.compile("is not enabled or supported in server context"
            + "|not accepted by server preferences|SSLv2Hello|UNSUPPORTED_PROTOCOL|WRONG_VERSION_NUMBER");
    private static final Pattern CIPHER = Pattern.compile("no cipher suites in common|NO_SHARED_CIPHER|NO_SHARED_GROUP"
            + "|WRONG_CURVE|NO_COMMON_SIGNATURE_ALGORITHMS|No supported named group|No available signature algorithm"
            + "|No shared named group");

    private HandshakeFailures() {}

    /** Why, by what the engine threw; for an alert of the client's, by its name. */
    public static HandshakeFailure of(final Throwable thrown) {
        final String text = String.valueOf(thrown.getMessage());
        if (CLOSED.matcher(text).find()) {
            return HandshakeFailure.CLOSED;
        }
        final Matcher alert = ALERT.matcher(text);
        if (alert.find()) {
            return ofAlert((alert.group(1) == null ? alert.group(2) : alert.group(1)).toLowerCase(Locale.ROOT));
        }
        if (NOT_TLS.matcher(text).find()) {
            return HandshakeFailure.NOT_TLS;
        }
        if (VERSION.matcher(text).find()) {
            return HandshakeFailure.UNSUPPORTED_VERSION;
        }
        return CIPHER.matcher(text).find() ? HandshakeFailure.NO_SHARED_CIPHER : HandshakeFailure.OTHER;
    }

    private static HandshakeFailure ofAlert(final String name) {
        if (CERTIFICATE_ALERTS.contains(name)) {
            return HandshakeFailure.CLIENT_REJECTED_CERTIFICATE;
        }
        return name.equals("protocol_version") ? HandshakeFailure.UNSUPPORTED_VERSION : HandshakeFailure.CLIENT_ALERT;
    }
}
