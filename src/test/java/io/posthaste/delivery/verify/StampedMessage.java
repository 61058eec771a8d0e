package io.posthaste.delivery.verify;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Makes stamped messages as the generator does, with a checksum of its own, bit by bit. Each {@code with} gives another.
 *
 * @param body as it is sent; its lines end with CRLF
 */
public record StampedMessage(long run, long sequence, long sentEpochUs, int recipients, String body) {
    /** A message to one recipient. */
    public static StampedMessage of(final long run, final long sequence) {
        return new StampedMessage(run, sequence, 1_795_328_194_567_890L, 1, "Hello " + sequence + ".\r\nBye.\r\n");
    }

    public StampedMessage withRecipients(final int count) {
        return new StampedMessage(run, sequence, sentEpochUs, count, body);
    }

    public StampedMessage withBody(final String newBody) {
        return new StampedMessage(run, sequence, sentEpochUs, recipients, newBody);
    }

    public StampedMessage withSent(final long epochUs) {
        return new StampedMessage(run, sequence, epochUs, recipients, body);
    }

    /** The field, without its line end. */
    public String field() {
        final String covered = String.format(
                Locale.ROOT,
                "run=%016x seq=%012d sent=%016d rcpt=%06d body=%08x ",
                run,
                sequence,
                sentEpochUs,
                recipients,
                crc32c(body));
        return "X-Posthaste-Load: " + covered + String.format(Locale.ROOT, "line=%08x", crc32c(covered));
    }

    /** The whole message. */
    public String text() {
        return text(field());
    }

    /** The whole message with another field in the stamp's place. */
    public String text(final String field) {
        return field + "\r\nFrom: a@client.example\r\nSubject: load\r\n\r\n" + body;
    }

    /** The message as a relay passes it on. */
    public String relayedText() {
        return "Received: from client.example (unknown [192.0.2.7])\r\n\tby relay.example with ESMTP id 1;"
                + " Sun, 22 Nov 2026 06:16:34 +0000\r\n" + text();
    }

    /** CRC-32C (RFC 3720 appendix B.4), a bit at a time. */
    static int crc32c(final String text) {
        int crc = ~0;
        for (final byte octet : text.getBytes(StandardCharsets.ISO_8859_1)) {
            crc ^= octet & 0xff;
            for (int i = 0; i < Byte.SIZE; i++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x82f63b78;
            }
        }
        return ~crc;
    }
}
