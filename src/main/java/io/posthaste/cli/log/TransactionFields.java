package io.posthaste.cli.log;

import com.grack.nanojson.JsonStringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The line of the transaction log, {@code key=value} and {@code key="value"}, as fields: the same names, numbers as numbers,
 * {@code tls} as true or false, with {@code tls_version} and {@code tls_cipher} beside it, {@code to} as a list.
 */
final class TransactionFields {
    private static final Pattern FIELD = Pattern.compile("([a-z_]+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\" ]*))(?: |$)");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");
    private static final Set<String> NUMBERS = Set.of("code", "recipients", "size", "latency_us");
    private static final String TLS = "tls";
    private static final String TO = "to";

    private TransactionFields() {}

    /** Adds the fields of a line to an object; adds nothing and returns false when it is no such line. */
    static boolean put(final String line, final JsonStringWriter json) {
        final Map<String, String> fields = new LinkedHashMap<>();
        final List<String> recipients = new ArrayList<>();
        if (!read(line, fields, recipients) || !fields.containsKey("id")) {
            return false;
        }
        put(fields, recipients, json);
        return true;
    }

    /** Reads a line of such fields, those of {@code to} apart; false when it is none. */
    static boolean read(final String line, final Map<String, String> fields, final List<String> recipients) {
        final Matcher field = FIELD.matcher(line);
        int end = 0;
        while (end < line.length()) {
            if (!field.find() || field.start() != end) {
                return false;
            }
            final String quoted = field.group(2);
            final String value =
                    quoted == null ? field.group(3) : ESCAPED.matcher(quoted).replaceAll("$1");
            if (field.group(1).equals(TO)) {
                recipients.add(value);
            } else {
                fields.put(field.group(1), value);
            }
            end = field.end();
        }
        return true;
    }

    private static void put(
            final Map<String, String> fields, final List<String> recipients, final JsonStringWriter json) {
        fields.forEach((key, value) -> {
            if (NUMBERS.contains(key) && NUMBER.matcher(value).matches()) {
                json.value(key, Long.parseLong(value));
            } else if (!key.equals(TLS)) {
                json.value(key, value);
            }
        });
        final String tls = fields.get(TLS);
        json.value(TLS, tls != null);
        if (tls != null) {
            final int cipher = tls.indexOf('/') + 1;
            json.value("tls_version", tls.substring(0, Math.max(0, cipher - 1)));
            json.value("tls_cipher", tls.substring(cipher));
        }
        json.array(TO, recipients);
    }
}
