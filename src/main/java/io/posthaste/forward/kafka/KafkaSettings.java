package io.posthaste.forward.kafka;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What {@code kafka://HOST:PORT,HOST:PORT/TOPIC?key=recipient-domain&max-record=1m&timeout=30s&compression=none&config=FILE}
 * sets.
 *
 * @param brokers to ask for the others, {@code HOST:PORT}, with commas
 * @param topic where records go
 * @param key of each record
 * @param maxRecordOctets of a record; 0: the topic is asked
 * @param timeoutMs for a record to be acknowledged, tries of the client library included
 * @param compression {@code none} or {@code gzip}
 * @param config properties of the client library, for encryption and logging in; null without
 */
record KafkaSettings(
        String brokers,
        String topic,
        KeyChoice key,
        int maxRecordOctets,
        int timeoutMs,
        String compression,
        Path config) {
    static final String SCHEME = "kafka";
    static final String FORM = "kafka://HOST:PORT/TOPIC";
    static final int DEFAULT_TIMEOUT_MS = 30_000;
    /** Smaller records would be little else than headers. */
    static final int LEAST_RECORD = 4 * 1024;
    /** The client library must hold one in memory. */
    static final int GREATEST_RECORD = 64 * 1024 * 1024;

    private static final int LEAST_TIMEOUT_MS = 1_000;
    private static final int GREATEST_TIMEOUT_MS = 600_000;
    private static final Pattern BROKER = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+):([0-9]{1,5})");
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
    private static final Pattern QUANTITY = Pattern.compile("(\\d{1,9})([a-z]*)");

    /**
     * Reads a URI.
     *
     * @throws IllegalArgumentException one line for the operator
     */
    static KafkaSettings parse(final String uri) {
        final String prefix = SCHEME + "://";
        final int question = uri.indexOf('?');
        final String place = question < 0 ? uri : uri.substring(0, question);
        final int slash = place.indexOf('/', prefix.length());
        if (!place.startsWith(prefix) || slash < 0) {
            throw new IllegalArgumentException("'" + uri + "' names no topic: use " + FORM);
        }
        final String brokers = place.substring(prefix.length(), slash);
        for (final String broker : brokers.split(",", -1)) {
            final Matcher matcher = BROKER.matcher(broker);
            if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65_535) {
                throw new IllegalArgumentException("'" + broker + "' is no broker: use " + FORM);
            }
        }
        final String topic = place.substring(slash + 1);
        if (!TOPIC.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
            throw new IllegalArgumentException(
                    "'" + topic + "' is no topic: letters, digits, '.', '_' and '-' make one");
        }
        KeyChoice key = KeyChoice.RECIPIENT_DOMAIN;
        int maxRecord = 0;
        int timeoutMs = DEFAULT_TIMEOUT_MS;
        String compression = "none";
        Path config = null;
        for (final String setting :
                question < 0 ? new String[0] : uri.substring(question + 1).split("&", -1)) {
            final String[] pair = setting.split("=", 2);
            final String value = pair.length < 2 ? "" : pair[1];
            switch (pair[0]) {
                case "key" -> key = key(value);
                case "max-record" -> maxRecord = octets(setting, value);
                case "timeout" -> timeoutMs = milliseconds(setting, value);
                case "compression" -> compression = compression(value);
                case "config" -> config = file(value);
                default ->
                    throw new IllegalArgumentException("kafka: does not know '" + setting
                            + "': there are key, max-record, timeout, compression and config");
            }
        }
        return new KafkaSettings(brokers, topic, key, maxRecord, timeoutMs, compression, config);
    }

    /** For people and metrics. */
    String description() {
        return SCHEME + "://" + brokers + "/" + topic;
    }

    private static KeyChoice key(final String text) {
        return Arrays.stream(KeyChoice.values())
                .filter(choice -> choice.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("kafka: key=" + text + " is none of "
                        + Arrays.stream(KeyChoice.values()).map(KeyChoice::text).collect(Collectors.joining(", "))));
    }

    private static String compression(final String text) {
        if (!text.equals("none") && !text.equals("gzip")) {
            throw new IllegalArgumentException("kafka: compression=" + text + " is neither none nor gzip");
        }
        return text;
    }

    private static Path file(final String name) {
        try {
            return Path.of(name);
        } catch (final InvalidPathException e) {
            throw new IllegalArgumentException("kafka: config= is given a bad file name: " + e.getReason(), e);
        }
    }

    private static int octets(final String setting, final String value) {
        final Matcher matcher = QUANTITY.matcher(value.toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            final int shift = switch (matcher.group(2)) {
                case "" -> 0;
                case "k" -> 10;
                case "m" -> 20;
                default -> Long.SIZE;
            };
            final long octets = shift == Long.SIZE ? 0 : Long.parseLong(matcher.group(1)) << shift;
            if (octets >= LEAST_RECORD && octets <= GREATEST_RECORD) {
                return (int) octets;
            }
        }
        throw new IllegalArgumentException("kafka: '" + setting + "' must be 4k to 64m, like max-record=1m");
    }

    private static int milliseconds(final String setting, final String value) {
        final Matcher matcher = QUANTITY.matcher(value.toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            final long number = Long.parseLong(matcher.group(1));
            final long ms = switch (matcher.group(2)) {
                case "ms" -> number;
                case "s" -> TimeUnit.SECONDS.toMillis(number);
                case "m" -> TimeUnit.MINUTES.toMillis(number);
                default -> 0;
            };
            if (ms >= LEAST_TIMEOUT_MS && ms <= GREATEST_TIMEOUT_MS) {
                return (int) ms;
            }
        }
        throw new IllegalArgumentException("kafka: '" + setting + "' must be 1s to 10m, like timeout=30s");
    }
}
