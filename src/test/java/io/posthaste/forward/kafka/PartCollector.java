package io.posthaste.forward.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Puts messages together again as docs/operations/kafka.md says: what a consumer has to do. */
final class PartCollector {
    private final Map<String, ByteArrayOutputStream> begun = new HashMap<>();
    private final Map<String, Integer> nextPart = new HashMap<>();

    /** Takes a record; returns the content that it completes, or null. */
    byte[] add(final Headers headers, final byte[] value) {
        final String set = text(headers, "part-set");
        if (set == null) {
            assertEquals(text(headers, "content-length"), Integer.toString(value.length));
            return value;
        }
        final int part = Integer.parseInt(text(headers, "part"));
        final int expected = nextPart.getOrDefault(set, 0);
        if (part < expected) {
            return null; // again
        }
        assertEquals(expected, part, "parts come in order");
        begun.computeIfAbsent(set, any -> new ByteArrayOutputStream()).writeBytes(value);
        nextPart.put(set, part + 1);
        if (part + 1 < Integer.parseInt(text(headers, "parts"))) {
            return null;
        }
        final byte[] whole = begun.remove(set).toByteArray();
        assertEquals(text(headers, "content-length"), Integer.toString(whole.length));
        return whole;
    }

    static String text(final Headers headers, final String name) {
        final Header header = headers.lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    static List<String> texts(final Headers headers, final String name) {
        final List<String> texts = new ArrayList<>();
        headers.headers(name).forEach(header -> texts.add(new String(header.value(), StandardCharsets.UTF_8)));
        return texts;
    }
}
