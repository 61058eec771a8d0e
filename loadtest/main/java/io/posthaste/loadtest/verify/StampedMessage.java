package io.posthaste.loadtest.verify;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A stored message, read once: its stamp, whether its body is as it was made, and how many recipients it stands for.
 *
 * <p>Lines may end with LF or CRLF: a bare LF counts as CRLF, because many stores keep LF. So what turned one into the other
 * on the way is not noticed here.
 *
 * @param isStamped whether there is a stamp, good or not
 * @param stamp the stamp if it is as it was made
 * @param isIntact whether the body is, too
 * @param weight recipients it was stored for
 */
record StampedMessage(boolean isStamped, Optional<Stamp> stamp, boolean isIntact, int weight) {
    private static final int BUFFER = 64 * 1024;
    private static final byte[] CR = {'\r'};

    /** Reads a message to its end. */
    static StampedMessage read(InputStream message) throws IOException {
        final BufferedInputStream in = new BufferedInputStream(message, BUFFER);
        final Header header = new Header();
        String line = readLine(in);
        while (!line.isEmpty()) {
            header.add(line);
            line = readLine(in);
        }
        header.end();
        final long bodyCrc = crc(in);
        final Optional<Stamp> stamp = header.stamp.flatMap(Stamp::parse);
        return new StampedMessage(
                header.stamp.isPresent(),
                stamp,
                stamp.isPresent() && stamp.get().bodyCrc() == bodyCrc,
                Math.max(1, header.deliveredTo));
    }

    /** A line without its end; empty at the end of the header and of the message. */
    private static String readLine(InputStream in) throws IOException {
        final ByteArrayOutputStream line = new ByteArrayOutputStream();
        int octet = in.read();
        while (octet >= 0 && octet != '\n') {
            line.write(octet);
            octet = in.read();
        }
        final String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /** The checksum of the rest, with CRLF for each bare LF. */
    private static long crc(InputStream in) throws IOException {
        final CRC32C crc = new CRC32C();
        final byte[] buffer = new byte[BUFFER];
        boolean behindCr = false;
        int length = in.read(buffer);
        while (length > 0) {
            int from = 0;
            for (int i = 0; i < length; i++) {
                if (buffer[i] == '\n' && !behindCr) {
                    crc.update(buffer, from, i - from);
                    crc.update(CR, 0, 1);
                    from = i;
                }
                behindCr = buffer[i] == '\r';
            }
            crc.update(buffer, from, length - from);
            length = in.read(buffer);
        }
        return crc.getValue();
    }

    /**
     * What the header says, line by line.
     *
     * <p>Delivered-To counts above the first Received (and the stamp) only: those are of the last delivery, one for each
     * recipient the file stands for. Those below are of forwardings that the message went through before.
     */
    private static final class Header {
        private Optional<String> stamp = Optional.empty();
        private int deliveredTo;
        private boolean isPastLastDelivery;
        private final StringBuilder field = new StringBuilder();

        void add(String line) {
            if (line.startsWith(" ") || line.startsWith("\t")) {
                field.append(line);
            } else {
                end();
                field.append(line);
            }
        }

        /** The field is whole. */
        void end() {
            final int colon = field.indexOf(":");
            final String name = field.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
            if (name.equals(Stamp.FIELD_NAME)) {
                isPastLastDelivery = true;
                if (stamp.isEmpty()) {
                    stamp = Optional.of(field.substring(colon + 1).strip());
                }
            } else if (name.equals("received")) {
                isPastLastDelivery = true;
            } else if (name.equals("delivered-to") && !isPastLastDelivery) {
                deliveredTo++;
            }
            field.setLength(0);
        }
    }
}
