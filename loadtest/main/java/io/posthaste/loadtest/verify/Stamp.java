package io.posthaste.loadtest.verify;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The value of a message's field {@code X-Posthaste-Load}.
 *
 * @param run 16 lower-case hexadecimal digits
 * @param sequence number of the message in its run, from 0
 * @param sentEpochUs when its transaction began, microseconds since 1970
 * @param recipients that it was sent to, at least 1
 * @param bodyCrc CRC-32C of the octets behind the empty line, with CRLF
 */
record Stamp(String run, long sequence, long sentEpochUs, int recipients, long bodyCrc) {
    /** In lower case. */
    static final String FIELD_NAME = "x-posthaste-load";
    /** A run's name. */
    static final Pattern RUN = Pattern.compile("[0-9a-f]{16}");

    private static final Pattern VALUE = Pattern.compile("(run=(" + RUN + ") seq=([0-9]{12}) sent=([0-9]{16})"
            + " rcpt=([0-9]{6}) body=([0-9A-Fa-f]{8}) )line=([0-9A-Fa-f]{8})");
    private static final int HEXADECIMAL = 16;

    /**
     * Reads the field's value, unfolded, blanks around it taken off.
     *
     * @return empty when it is not as it was made
     */
    static Optional<Stamp> parse(String value) {
        final Matcher matcher = VALUE.matcher(value.replace('\t', ' '));
        if (!matcher.matches() || crc(matcher.group(1)) != Long.parseLong(matcher.group(7), HEXADECIMAL)) {
            return Optional.empty();
        }
        final int recipients = Integer.parseInt(matcher.group(5));
        if (recipients == 0) {
            return Optional.empty();
        }
        return Optional.of(new Stamp(
                matcher.group(2),
                Long.parseLong(matcher.group(3)),
                Long.parseLong(matcher.group(4)),
                recipients,
                Long.parseLong(matcher.group(6), HEXADECIMAL)));
    }

    private static long crc(String text) {
        final CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return crc.getValue();
    }
}
