package io.posthaste.loadtest.verify;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Makes stamped messages as the generator does, with a checksum of its own, bit by bit. */
final class Messages {
    static final String RUN = "0123456789abcdef";
    static final String BODY = "Hello.\r\n.\r\n..dots\r\n\r\nBye.\r\n";

    private Messages() {}

    /** A message to some recipients, sent now. */
    static String stamped(long sequence, int recipients) {
        return stamped(RUN, sequence, System.currentTimeMillis() * 1000, recipients, BODY);
    }

    static String stamped(String run, long sequence, long sentEpochUs, int recipients, String body) {
        return "X-Posthaste-Load: " + value(run, sequence, sentEpochUs, recipients, body)
                + "\r\nFrom: a@client.example\r\nSubject: load\r\n\r\n" + body;
    }

    static String value(String run, long sequence, long sentEpochUs, int recipients, String body) {
        final String covered = String.format(
                Locale.ROOT,
                "run=%s seq=%012d sent=%016d rcpt=%06d body=%08x ",
                run,
                sequence,
                sentEpochUs,
                recipients,
                crc32c(body));
        return covered + String.format(Locale.ROOT, "line=%08x", crc32c(covered));
    }

    /** CRC-32C (RFC 3720 appendix B.4), a bit at a time. */
    static int crc32c(String text) {
        int crc = ~0;
        for (final byte octet : octets(text)) {
            crc ^= octet & 0xff;
            for (int i = 0; i < Byte.SIZE; i++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x82f63b78;
            }
        }
        return ~crc;
    }

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
