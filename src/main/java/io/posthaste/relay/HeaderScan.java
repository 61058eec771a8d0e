package io.posthaste.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * Looks through the header of a message: how many servers it has come through (RFC 5321 section 6.3), and whether it is
 * ASCII (RFC 6531 section 3.4).
 *
 * @param receivedFields Received fields, ours included
 * @param isAscii whether the header is ASCII
 */
record HeaderScan(int receivedFields, boolean isAscii) {
    /** Received fields beyond which a message goes in circles. */
    static final int MOST_RECEIVED = 100;

    private static final byte[] RECEIVED = "received:".getBytes(StandardCharsets.US_ASCII);
    private static final int BUFFER_OCTETS = 4096;

    boolean isLoop() {
        return receivedFields > MOST_RECEIVED;
    }

    /** Reads to the empty line; the channel is left wherever that ended. */
    static HeaderScan of(final ReadableByteChannel content) throws IOException {
        final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_OCTETS);
        int received = 0;
        boolean ascii = true;
        int column = 0;
        boolean matches = true;
        while (content.read(buffer.clear()) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                final byte octet = buffer.get();
                ascii &= octet >= 0;
                if (octet == '\n') {
                    if (column == 0) {
                        return new HeaderScan(received, ascii);
                    }
                    column = 0;
                    matches = true;
                } else if (octet != '\r') {
                    matches &= column >= RECEIVED.length || lowerCase(octet) == RECEIVED[column];
                    if (++column == RECEIVED.length && matches) {
                        received++;
                    }
                }
            }
        }
        return new HeaderScan(received, ascii);
    }

    private static int lowerCase(final byte octet) {
        return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
    }
}
