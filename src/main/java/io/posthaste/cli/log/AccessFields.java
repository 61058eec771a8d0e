package io.posthaste.cli.log;

import com.grack.nanojson.JsonStringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The line of the access log about a refusal or a login as fields: the same names, {@code code} as a number, {@code to} as a list
 * where there is one, so that it is of one kind here and in a transaction.
 */
final class AccessFields {
    private static final String CODE = "code";

    private AccessFields() {}

    /** Adds the fields of a line to an object; adds nothing and returns false when it is no such line. */
    static boolean put(final String line, final JsonStringWriter json) {
        final Map<String, String> fields = new LinkedHashMap<>();
        final List<String> recipients = new ArrayList<>();
        if (!TransactionFields.read(line, fields, recipients)
                || !fields.containsKey("reject") && !fields.containsKey("login")) {
            return false;
        }
        fields.forEach((key, value) -> {
            if (key.equals(CODE) && value.matches("[2-5][0-9]{2}")) {
                json.value(CODE, Integer.parseInt(value));
            } else {
                json.value(key, value);
            }
        });
        if (!recipients.isEmpty()) {
            json.array("to", recipients);
        }
        return true;
    }
}
