package io.posthaste.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.memory.Block;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.policy.BareNewline;
import io.posthaste.reply.Reply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Content in each {@link BareNewline} mode against regular expressions over the whole of it: all short strings of what
 * matters, at every split, and long ones with faults sown in.
 */
final class ContentReceiverTest {
    private static final Pattern END = Pattern.compile("(?<=\\A|\r\n)\\.\r\n");
    private static final Pattern STUFFED = Pattern.compile("(?<=\\A|\r\n)\\.");
    private static final Pattern BARE = Pattern.compile("\r(?!\n)|(?<!\r)\n");

    private static final char[] ALPHABET = {'\r', '\n', '.', 'a'};
    private static final int LONGEST_MARKED = 6;
    private static final int LONGEST_COUNTED = 6;
    private static final long LIMIT = 1 << 20;

    private final BlockPool pool = new BlockPool(1 << 20);
    private final EnvelopePool envelopes = new EnvelopePool(pool, new ReceiptQueue(4, null));
    private final EnvelopeIds ids = new EnvelopeIds(0, 0);
    /** Of all runs: making them takes longer than a run. */
    private final ReactorMetrics metrics = new ReactorMetrics();

    @AfterEach
    void everyBlockIsHome() {
        assertEquals(0, pool.inUseOctets());
        assertEquals(0, envelopes.inUse());
    }

    // ---- marked

    @ParameterizedTest
    @EnumSource(BareNewline.class)
    void shouldTakeEveryShortMarkedContentAsTheReferenceDoes(final BareNewline choice) {
        for (int length = 0; length <= LONGEST_MARKED; length++) {
            for (int number = 0; number < 1 << 2 * length; number++) {
                final String wire = text(number, length) + "\r\n.\r\nQ";
                final Outcome expected = Outcome.ofMarked(wire, choice);
                expected.expect(receive(choice, wire), wire);
                for (int split = 1; split < wire.length() - 1; split++) {
                    expected.expect(receive(choice, wire, split), wire);
                }
                expected.expect(receive(choice, wire, everyOctet(wire)), wire);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(BareNewline.class)
    void shouldTakeLongMarkedContentAsTheReferenceDoes(final BareNewline choice) {
        final Random random = new Random(5321);
        for (int round = 0; round < 2000; round++) {
            final String wire = randomText(random) + "\r\n.\r\nQ";
            final Outcome expected = Outcome.ofMarked(wire, choice);
            expected.expect(receive(choice, wire), wire);
            expected.expect(receive(choice, wire, splits(random, wire)), wire);
        }
    }

    // ---- counted

    @ParameterizedTest
    @EnumSource(BareNewline.class)
    void shouldTakeEveryShortCountedContentAsTheReferenceDoes(final BareNewline choice) {
        for (int length = 0; length <= LONGEST_COUNTED; length++) {
            for (int number = 0; number < 1 << 2 * length; number++) {
                final String octets = text(number, length);
                final Outcome expected = Outcome.ofCounted(octets, choice);
                expected.expect(receiveChunks(choice, false, octets, length), octets);
                expected.expect(receiveChunks(choice, false, octets, length, everyOctet(octets)), octets);
                for (int chunkEnd = 0; chunkEnd < length; chunkEnd++) {
                    expected.expect(receiveChunks(choice, false, octets, chunkEnd), octets);
                    for (int split = 1; split < length; split++) {
                        expected.expect(receiveChunks(choice, false, octets, chunkEnd, split), octets);
                    }
                }
                new Outcome(octets, null, length)
                        .expect(receiveChunks(choice, true, octets, length / 2, everyOctet(octets)), octets);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(BareNewline.class)
    void shouldTakeLongCountedContentAsTheReferenceDoes(final BareNewline choice) {
        final Random random = new Random(3030);
        for (int round = 0; round < 2000; round++) {
            final String octets = randomText(random);
            final Outcome expected = Outcome.ofCounted(octets, choice);
            final int chunkEnd = random.nextInt(octets.length());
            expected.expect(receiveChunks(choice, false, octets, chunkEnd), octets);
            expected.expect(receiveChunks(choice, false, octets, chunkEnd, splits(random, octets)), octets);
        }
    }

    // ---- the size limit

    @ParameterizedTest
    @EnumSource(BareNewline.class)
    void shouldCountWhatIsPutInAgainstTheLimit(final BareNewline choice) {
        final String[] contents = {"12345678", "1234567\n", "123456\n\n", "1234567\r", "12345\r\r8", "12345\n.\n"};
        for (final String octets : contents) {
            final int length = Outcome.ofCounted(octets, choice).kept.length();
            final Reply tooLarge = choice == BareNewline.NORMALIZE && length > 8 ? Reply.MESSAGE_TOO_LARGE : null;
            final ContentReceiver receiver = new ContentReceiver(metrics, choice, 8);
            final Outcome actual = finish(receiver, begin(receiver, false), () -> {
                receiver.beginChunk(octets.length());
                receiver.receiveChunk(octets(octets), 0, octets.length());
                receiver.finishChunks(true);
            });
            final Reply bare = Outcome.ofCounted(octets, choice).refusal;
            assertEquals(bare != null ? bare : tooLarge, actual.refusal, octets);
        }
    }

    // ---- runs

    private Outcome receive(final BareNewline choice, final String wire, final int... splits) {
        final ContentReceiver receiver = new ContentReceiver(metrics, choice, LIMIT);
        final int[] behind = {0};
        final Outcome outcome = finish(receiver, begin(receiver, false), () -> {
            int from = 0;
            for (int i = 0; i <= splits.length && !receiver.isComplete(); i++) {
                final int to = i < splits.length ? splits[i] : wire.length();
                final ByteBuffer piece = octets(wire.substring(from, to));
                behind[0] = from + receiver.receive(piece, 0, to - from);
                from = to;
            }
        });
        return new Outcome(outcome.kept, outcome.refusal, behind[0]);
    }

    /** Two chunks, the first up to {@code chunkEnd}, in buffers cut at the splits besides. */
    private Outcome receiveChunks(
            final BareNewline choice,
            final boolean binary,
            final String octets,
            final int chunkEnd,
            final int... splits) {
        final ContentReceiver receiver = new ContentReceiver(metrics, choice, LIMIT);
        final Outcome outcome = finish(receiver, begin(receiver, binary), () -> {
            receiveChunk(receiver, octets, 0, chunkEnd, splits);
            receiveChunk(receiver, octets, chunkEnd, octets.length(), splits);
            receiver.finishChunks(true);
        });
        return new Outcome(outcome.kept, outcome.refusal, octets.length());
    }

    private static void receiveChunk(
            final ContentReceiver receiver, final String octets, final int from, final int to, final int... splits) {
        receiver.beginChunk(to - from);
        int position = from;
        for (final int split : splits) {
            if (split > position && split < to) {
                assertEquals(
                        split - position,
                        receiver.receiveChunk(octets(octets.substring(position, split)), 0, split - position));
                position = split;
            }
        }
        // What lies behind the chunk in the same buffer is not taken.
        receiver.receiveChunk(octets(octets.substring(position, to) + "\n"), 0, to - position + 1);
        assertEquals(true, receiver.isChunkComplete());
    }

    private Envelope begin(final ContentReceiver receiver, final boolean binary) {
        final Envelope envelope = envelopes.take();
        envelope.begin(ids, 0, new byte[0], 0, new byte[0], 0, binary ? Envelope.BINARY : 0);
        receiver.begin(envelope, true);
        return envelope;
    }

    private Outcome finish(final ContentReceiver receiver, final Envelope envelope, final Runnable input) {
        input.run();
        assertEquals(true, receiver.isComplete());
        final StringBuilder kept = new StringBuilder();
        for (Block block = envelope.contentHead(); block != null; block = block.next()) {
            for (int i = 0; i < block.length(); i++) {
                kept.append((char) (block.buffer().get(i) & 0xff));
            }
        }
        if (receiver.refusal() == null) {
            assertEquals(kept.length(), envelope.contentLength());
        } else {
            assertEquals(0, kept.length(), "refused content is given back at once");
        }
        envelopes.release(envelope);
        return new Outcome(kept.toString(), receiver.refusal(), 0);
    }

    // ---- texts

    private static String text(final int number, final int length) {
        final char[] text = new char[length];
        for (int i = 0; i < length; i++) {
            text[i] = ALPHABET[number >>> 2 * i & 3];
        }
        return new String(text);
    }

    /** Ordinary lines, dots in front of some, and rarely a bare CR or LF, or a NUL. */
    private static String randomText(final Random random) {
        final StringBuilder text = new StringBuilder();
        final String[] faults = {
            "\r", "\n", "\r\r\n", "\n.\r\n", "\r\n.\r", "\r\n.\n", "\r\n.\r\r\n", "\r\n.\r.", "\0", "\r\n.\0"
        };
        while (text.length() < 400) {
            text.append("x".repeat(random.nextInt(40)));
            text.append(random.nextInt(15) == 0 ? faults[random.nextInt(faults.length)] : "\r\n");
            text.append(random.nextInt(4) == 0 ? ".." : "");
        }
        return text.toString();
    }

    private static int[] splits(final Random random, final String text) {
        return random.ints(6, 1, text.length() - 1).sorted().distinct().toArray();
    }

    private static int[] everyOctet(final String text) {
        return IntStream.range(1, Math.max(1, text.length())).toArray();
    }

    private static ByteBuffer octets(final String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What was kept, why it is refused, and where the content ends on the wire. */
    private static final class Outcome {
        private final String kept;
        private final Reply refusal;
        private final int end;

        Outcome(final String kept, final Reply refusal, final int end) {
            this.kept = kept;
            this.refusal = refusal;
            this.end = end;
        }

        static Outcome ofMarked(final String wire, final BareNewline choice) {
            final var end = END.matcher(wire);
            assertEquals(true, end.find());
            final String content =
                    STUFFED.matcher(wire.substring(0, end.start())).replaceAll("");
            return of(content, choice, end.end());
        }

        static Outcome ofCounted(final String octets, final BareNewline choice) {
            return of(octets, choice, octets.length());
        }

        private static Outcome of(final String content, final BareNewline choice, final int end) {
            final var bare = BARE.matcher(content);
            return switch (choice) {
                case REJECT ->
                    bare.find()
                            ? new Outcome("", Reply.BARE_LINE_ENDING_IN_CONTENT, end)
                            : new Outcome(content, null, end);
                case NORMALIZE -> new Outcome(bare.replaceAll("\r\n"), null, end);
                case ACCEPT -> new Outcome(content, null, end);
            };
        }

        void expect(final Outcome actual, final String text) {
            if (!kept.equals(actual.kept) || refusal != actual.refusal || end != actual.end) {
                assertEquals(toString(), actual.toString(), Outcome.visible(text));
            }
        }

        @Override
        public String toString() {
            return visible(kept) + " " + refusal + " to " + end;
        }

        private static String visible(final String text) {
            return Arrays.toString(text.toCharArray()).replace("\r", "CR").replace("\n", "LF");
        }
    }
}
