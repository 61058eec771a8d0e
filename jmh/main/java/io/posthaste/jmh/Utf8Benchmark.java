package io.posthaste.jmh;

import io.posthaste.wire.Utf8;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Whether an address with SMTPUTF8 is well-formed UTF-8. The baseline is the decoder of the JDK, made once and fed from an
 * array: copying the few octets there first is faster than letting it read direct memory, and it allocates nothing.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Utf8Benchmark {
    private static final int LONGEST = 256;

    /** Which letters the addresses are made of. */
    @Param
    public Script script;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteBuffer decoded = ByteBuffer.allocate(LONGEST);
    private final CharBuffer characters = CharBuffer.allocate(LONGEST);
    private CommandLines mailboxes;

    /** Letters by the octets each takes. */
    public enum Script {
        /** One octet. */
        ASCII("abcdefghijklmnopqrstuvwxyz"),
        /** One octet, now and then two. */
        LATIN("abcdefghijklmnopqrstuvwxyzàéîõü"),
        /** Two octets. */
        CYRILLIC("абвгдежзиклмнопрст"),
        /** Three octets. */
        HAN("用户邮件电子地址例子国中文名");

        private final String letters;

        Script(final String letters) {
            this.letters = letters;
        }
    }

    /** Both must find every mailbox well-formed, and it no longer so when its last octet is missing. */
    @Setup
    public void compareCheckers() {
        mailboxes = CommandLines.of(line -> line.word(script.letters, 3, 15)
                .text("@")
                .word(script.letters, 4, 20)
                .text(".example"));
        for (int i = 0; i < CommandLines.count(); i++) {
            mailboxes.advance();
            if (!wellFormed() || !baselineWellFormedByDecoder()) {
                throw new IllegalStateException("not well-formed: mailbox " + i);
            }
        }
        final ByteBuffer cutOff = ByteBuffer.wrap("é".getBytes(StandardCharsets.UTF_8));
        if (Utf8.isWellFormed(cutOff, 0, 1) || isDecodable(cutOff, 0, 1)) {
            throw new IllegalStateException("well-formed: half a character");
        }
    }

    /** One operation: one mailbox checked. */
    @Benchmark
    public boolean wellFormed() {
        mailboxes.advance();
        return Utf8.isWellFormed(mailboxes.buffer(), mailboxes.from(), mailboxes.to());
    }

    /** One operation: as {@link #wellFormed}, by decoding it. */
    @Benchmark
    public boolean baselineWellFormedByDecoder() {
        mailboxes.advance();
        return isDecodable(mailboxes.buffer(), mailboxes.from(), mailboxes.to());
    }

    private boolean isDecodable(final ByteBuffer in, final int from, final int to) {
        decoded.clear().put(0, in, from, to - from).limit(to - from);
        characters.clear();
        final CoderResult result = decoder.reset().decode(decoded, characters, true);
        return result.isUnderflow() && decoder.flush(characters).isUnderflow();
    }
}
