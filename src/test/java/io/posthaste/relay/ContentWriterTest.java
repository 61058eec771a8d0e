package io.posthaste.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ContentWriterTest {
    @ParameterizedTest
    @CsvSource({
        "'', '.\\r\\n'",
        "'a', 'a\\r\\n.\\r\\n'",
        "'a\\r\\n', 'a\\r\\n.\\r\\n'",
        "'.', '..\\r\\n.\\r\\n'",
        "'.\\r\\n', '..\\r\\n.\\r\\n'",
        "'a\\r\\n.\\r\\nb\\r\\n', 'a\\r\\n..\\r\\nb\\r\\n.\\r\\n'",
        "'a.b\\r\\n..\\r\\n', 'a.b\\r\\n...\\r\\n.\\r\\n'",
        "'a\\n.\\nMAIL\\r\\n', 'a\\r\\n..\\r\\nMAIL\\r\\n.\\r\\n'",
        "'a\\r.\\rb\\r\\n', 'a\\r\\n..\\r\\nb\\r\\n.\\r\\n'",
        "'a\\r', 'a\\r\\n.\\r\\n'",
        "'a\\r\\r\\n', 'a\\r\\n\\r\\n.\\r\\n'",
        "'\\n\\r', '\\r\\n\\r\\n.\\r\\n'"
    })
    void shouldStuffDotsAndEndLinesByCrlfOnly(final String content, final String wire) throws IOException {
        for (int room = 8; room < 40; room++) {
            assertEquals(unescaped(wire), written(unescaped(content), room, false), () -> "room");
        }
    }

    @Test
    void shouldPassChunksOnAsTheyAre() throws IOException {
        final String content = "a\n.\r\n\r.\0";
        for (int room = 8; room < 20; room++) {
            assertEquals(content, written(content, room, true));
        }
    }

    /** Whatever the content is: no bare CR or LF goes out, the only end of data is the last, and undone it is the content. */
    @Test
    void shouldNeverLetContentEndEarly() throws IOException {
        final Random random = new Random(5321);
        for (int round = 0; round < 20_000; round++) {
            final StringBuilder content = new StringBuilder();
            for (int i = random.nextInt(14); i > 0; i--) {
                content.append("\r\n.a\r\n".charAt(random.nextInt(6)));
            }
            final String wire = written(content.toString(), 8 + random.nextInt(30), false);
            assertFalse(
                    wire.replace("\r\n", "").matches("(?s).*[\r\n].*"), () -> shown(content) + " -> " + shown(wire));
            final String framed = "\r\n" + wire;
            assertEquals(framed.length() - 5, framed.indexOf("\r\n.\r\n"), () -> shown(content) + " -> " + shown(wire));
            final String undone = framed.substring(0, framed.length() - 5).replace("\r\n.", "\r\n");
            final String wanted = "\r\n" + content.toString().replaceAll("\r\n|\r|\n", "\r\n");
            assertEquals(wanted.endsWith("\r\n") ? wanted.substring(0, wanted.length() - 2) : wanted, undone);
        }
    }

    @Test
    void shouldTellWhetherItRepairedSomething() throws IOException {
        assertFalse(repairs("a\r\n.\r\nb"));
        assertTrue(repairs("a\nb"));
        assertTrue(repairs("a\rb"));
        assertTrue(repairs("a\r"));
    }

    @Test
    void shouldNotPassOffAPartAsTheWhole() {
        final ContentWriter shorter = writer("abc", 4, false);
        assertThrows(IOException.class, () -> shorter.putTo(ByteBuffer.allocate(100)));
        assertFalse(shorter.isComplete());
        final ContentWriter longer = writer("abcd", 3, true);
        assertThrows(IOException.class, () -> longer.putTo(ByteBuffer.allocate(100)));
        assertFalse(longer.isComplete());
    }

    private static boolean repairs(final String content) throws IOException {
        final ContentWriter writer = writer(content, content.length(), false);
        writer.putTo(ByteBuffer.allocate(100));
        return writer.isRepaired();
    }

    private static String written(final String content, final int room, final boolean isChunk) throws IOException {
        final ContentWriter writer = writer(content, content.length(), isChunk);
        final StringBuilder wire = new StringBuilder();
        final ByteBuffer out = ByteBuffer.allocate(room);
        for (int turn = 0; !writer.isComplete(); turn++) {
            assertTrue(turn < 1000, "it does not come to an end");
            writer.putTo(out.clear());
            wire.append(StandardCharsets.ISO_8859_1.decode(out.flip()));
        }
        return wire.toString();
    }

    private static ContentWriter writer(final String content, final long octets, final boolean isChunk) {
        return new ContentWriter(
                Channels.newChannel(new ByteArrayInputStream(content.getBytes(StandardCharsets.ISO_8859_1))),
                octets,
                isChunk);
    }

    private static String unescaped(final String text) {
        return text == null ? "" : text.replace("\\r", "\r").replace("\\n", "\n");
    }

    private static String shown(final CharSequence text) {
        return text.toString().replace("\r", "\\r").replace("\n", "\\n");
    }
}
