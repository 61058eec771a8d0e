package io.posthaste.cli.log;

import com.grack.nanojson.JsonStringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The line of a failed handshake as fields of the same names, {@code more} as a number; the engine's words are {@code tls_error}, as
 * {@code error} is an exception's.
 */
final class HandshakeFields {
    private static final String CAUSE = "cause";
    private static final String ERROR = "error";
    private static final String MORE = "more";

    private HandshakeFields() {}

    /** Adds the fields of a line to an object; adds nothing and returns false when it is no such line. */
    static boolean put(final String line, final JsonStringWriter json) {
        final Map<String, String> fields = new LinkedHashMap<>();
        final List<String> recipients = new ArrayList<>();
        if (!TransactionFields.read(line, fields, recipients) || !fields.containsKey(CAUSE)) {
            return false;
        }
        fields.forEach((key, value) -> {
            if (key.equals(MORE)) {
                json.value(key, Long.parseLong(value));
            } else {
                json.value(key.equals(ERROR) ? "tls_error" : key, value);
            }
        });
        return true;
    }
}
