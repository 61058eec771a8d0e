package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Puts an input at every alignment, flush with the end of the buffer and with garbage behind it. */
final class Placement {
    private static final int ALIGNMENTS = 9;
    private static final String[] GARBAGE = {
        "", "\n\n\n\n\n\n\n\n\n", ">x@y.z> SIZE=1", ".\r\n.\r\n.\r\n", "\u00ff\u0000AZ09"
    };

    interface Check {
        void on(ByteBuffer in, int from, int to);
    }

    private Placement() {}

    static void everywhere(final String text, final Check check) {
        for (int alignment = 0; alignment < ALIGNMENTS; alignment++) {
            for (final String garbage : GARBAGE) {
                final ByteBuffer in = buffer("<".repeat(alignment) + text + garbage);
                in.order(alignment % 2 == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
                check.on(in, alignment, alignment + text.length());
                assertEquals(0, in.position());
                assertEquals(in.capacity(), in.limit());
            }
        }
    }

    static ByteBuffer buffer(final String text) {
        final byte[] octets = text.getBytes(ISO_8859_1);
        return ByteBuffer.allocateDirect(octets.length).put(0, octets);
    }

    /** The octets of a text in UTF-8, each as one character: what {@link #everywhere} and {@link #buffer} take. */
    static String utf8(final String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    static String text(final ByteBuffer in, final int from, final int to) {
        final byte[] octets = new byte[to - from];
        in.get(from, octets);
        return new String(octets, ISO_8859_1);
    }
}
