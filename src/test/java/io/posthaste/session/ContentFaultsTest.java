package io.posthaste.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.EnvelopeIds;
import io.posthaste.envelope.EnvelopePool;
import io.posthaste.envelope.ReceiptQueue;
import io.posthaste.memory.BlockPool;
import io.posthaste.metrics.Counter;
import io.posthaste.metrics.ReactorMetrics;
import io.posthaste.policy.BareNewline;
import io.posthaste.reply.Reply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is counted of content against {@link FaultCounts}, which looks at the whole of it: all short strings of what matters,
 * marked and counted, at every split, in each {@link BareNewline} mode, and long ones.
 */
final class ContentFaultsTest {
    private static final String ALPHABET = "\r\n.\0a";
    private static final int LONGEST = 7;
    /** Up to here at every pair of splits too. */
    private static final int SHORT = 4;

    private static final String END = "\r\n.\r\n";
    private static final long LIMIT = 1 << 20;

    private final BlockPool pool = new BlockPool(1 << 20);
    private final EnvelopePool envelopes = new EnvelopePool(pool, new ReceiptQueue(4, null));
    private final EnvelopeIds ids = new EnvelopeIds(0, 0);
    private final ReactorMetrics metrics = new ReactorMetrics();

    @AfterEach
    void everyBlockIsHome() {
        assertEquals(0, pool.inUseOctets());
        assertEquals(0, envelopes.inUse());
    }

    // ---- the reference itself

    @Test
    void shouldReferToWhatIsMeant() {
        expectReference("a\n.\nb", Counter.BARE_LF, Counter.BARE_LF, Counter.SMUGGLING_LF_DOT_LF);
        expectReference("a\n.\rb", Counter.BARE_LF, Counter.BARE_CR, Counter.SMUGGLING_LF_DOT_CR);
        expectReference("a\n.\r\nb", Counter.BARE_LF, Counter.SMUGGLING_LF_DOT_CRLF);
        expectReference("a\r.\nb", Counter.BARE_CR, Counter.BARE_LF, Counter.SMUGGLING_CR_DOT_LF);
        expectReference("a\r.\rb", Counter.BARE_CR, Counter.BARE_CR, Counter.SMUGGLING_CR_DOT_CR);
        expectReference("a\r.\r\nb", Counter.BARE_CR, Counter.SMUGGLING_CR_DOT_CRLF);
        expectReference("a\r\n.\nb", Counter.BARE_LF, Counter.SMUGGLING_CRLF_DOT_LF);
        expectReference("a\r\n.\rb", Counter.BARE_CR, Counter.SMUGGLING_CRLF_DOT_CR);
        expectReference("a\r\n.\r\r\nb", Counter.BARE_CR, Counter.SMUGGLING_CRLF_DOT_CR);
        expectReference(".\nb", Counter.BARE_LF, Counter.SMUGGLING_CRLF_DOT_LF);
        expectReference("a\r\n..\nb", Counter.BARE_LF);
        expectReference("a\r\n.\0\r\nb", Counter.NUL);
        expectReference("\n.", Counter.BARE_LF);
        expectReference(".\r\n..\r\na.\r\n");
    }

    private static void expectReference(final String octets, final Counter... expected) {
        final ReactorMetrics counted = new ReactorMetrics();
        for (final Counter counter : expected) {
            counted.increment(counter);
        }
        assertEquals(FaultCounts.of(counted), FaultCounts.ofCounted(octets), visible(octets));
    }

    // ---- all short content

    @ParameterizedTest
    @EnumSource(BareNewline.class)
    void shouldCountAllShortMarkedContentAsTheReferenceDoes(final BareNewline choice) {
        final ContentReceiver receiver = new ContentReceiver(metrics, choice, LIMIT);
        forAllShort(octets -> {
            final String wire = octets + END + "Q";
            final FaultCounts expected = FaultCounts.ofMarked(wire);
            expectMarked(expected, receiver, wire);
            expectMarked(expected, receiver, wire, everyOctet(wire));
            for (int split = 1; split < wire.length() - 1; split++) {
                expectMarked(expected, receiver, wire, split);
                for (int second = split + 1; octets.length() <= SHORT && second < wire.length() - 1; second++) {
                    expectMarked(expected, receiver, wire, split, second);
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(BareNewline.class)
    void shouldCountAllShortChunksAsTheReferenceDoes(final BareNewline choice) {
        final ContentReceiver receiver = new ContentReceiver(metrics, choice, LIMIT);
        forAllShort(octets -> {
            final FaultCounts expected = FaultCounts.ofCounted(octets);
            expectCounted(expected, receiver, octets, octets.length());
            expectCounted(expected, receiver, octets, octets.length(), everyOctet(octets));
            for (int chunkEnd = 1; chunkEnd < octets.length(); chunkEnd++) {
                expectCounted(expected, receiver, octets, chunkEnd);
                for (int split = 1; octets.length() <= SHORT && split < octets.length(); split++) {
                    expectCounted(expected, receiver, octets, chunkEnd, split);
                }
            }
        });
    }

    // ---- long content

    @ParameterizedTest
    @EnumSource(BareNewline.class)
    void shouldCountLongContentAsTheReferenceDoes(final BareNewline choice) {
        final ContentReceiver receiver = new ContentReceiver(metrics, choice, LIMIT);
        final Random random = new Random(51764);
        for (int round = 0; round < 3000; round++) {
            final String octets = randomText(random);
            final FaultCounts counted = FaultCounts.ofCounted(octets);
            expectCounted(counted, receiver, octets, random.nextInt(octets.length()));
            expectCounted(counted, receiver, octets, random.nextInt(octets.length()), splits(random, octets));
            final String wire = octets + END + "Q";
            final FaultCounts marked = FaultCounts.ofMarked(wire);
            expectMarked(marked, receiver, wire);
            expectMarked(marked, receiver, wire, splits(random, wire));
        }
    }

    /** Behind ordinary content of any length, so that the fault stands anywhere in what is judged eight octets at once. */
    @Test
    void shouldCountTheSameAnywhere() {
        final ContentReceiver receiver = new ContentReceiver(metrics, BareNewline.ACCEPT, LIMIT);
        final String[] faults = {"\0", "\n", "\r", "\n.\r\n", "\r.\r\n", "\r\n.\n", "\r\n.\r", "\n.\n\n.\n", "\0\r\n.\0"
        };
        for (int before = 0; before < 70; before++) {
            for (final String fault : faults) {
                for (final String line : new String[] {"b", "\r\n", "bcdefghijk\r\n"}) {
                    final String octets = line.repeat(before) + fault + "c".repeat(before % 40);
                    expectCounted(FaultCounts.ofCounted(octets), receiver, octets, octets.length());
                    final String wire = octets + END + "Q";
                    expectMarked(FaultCounts.ofMarked(wire), receiver, wire);
                }
            }
        }
    }

    // ---- content that is not wanted

    @ParameterizedTest
    @EnumSource(BareNewline.class)
    void shouldCountWhatIsSwallowedToo(final BareNewline choice) {
        final ContentReceiver receiver = new ContentReceiver(metrics, choice, 3);
        final String octets = "abcdef\n.\r\n\0\r\n.\rg\r";
        final FaultCounts before = FaultCounts.of(metrics);
        final Envelope envelope = begin(receiver, false);
        receiver.refuse(Reply.INSUFFICIENT_MEMORY);
        receiver.beginChunk(octets.length());
        receiver.receiveChunk(octets(octets), 0, octets.length());
        receiver.finishChunks(true);
        envelopes.release(envelope);
        assertEquals(FaultCounts.ofCounted(octets), FaultCounts.of(metrics).minus(before));
        expectMarked(FaultCounts.ofMarked(octets + END + "Q"), receiver, octets + END + "Q");
    }

    /** The client may go on with the LF, in a chunk that is not looked at. */
    @Test
    void shouldNotCountACrAtTheEndOfARefusedChunkThatIsNotTheLast() {
        final ContentReceiver receiver = new ContentReceiver(metrics, BareNewline.REJECT, 3);
        final Envelope envelope = begin(receiver, false);
        receiver.beginChunk(5);
        receiver.receiveChunk(octets("abcd\r"), 0, 5);
        receiver.finishChunks(false);
        envelopes.release(envelope);
        assertEquals(FaultCounts.ofCounted("abcd"), FaultCounts.of(metrics));
    }

    @ParameterizedTest
    @EnumSource(BareNewline.class)
    void shouldCountNothingOfBinaryContent(final BareNewline choice) {
        final ContentReceiver receiver = new ContentReceiver(metrics, choice, LIMIT);
        final Envelope envelope = begin(receiver, true);
        receiver.beginChunk(8);
        receiver.receiveChunk(octets("\n.\n\0\r.\r\r"), 0, 8);
        receiver.finishChunks(true);
        envelopes.release(envelope);
        assertEquals(FaultCounts.ofCounted(""), FaultCounts.of(metrics));
    }

    // ---- runs

    private void expectMarked(
            final FaultCounts expected, final ContentReceiver receiver, final String wire, final int... splits) {
        final FaultCounts before = FaultCounts.of(metrics);
        final Envelope envelope = begin(receiver, false);
        int from = 0;
        for (int i = 0; i <= splits.length && !receiver.isComplete(); i++) {
            final int to = i < splits.length ? splits[i] : wire.length();
            receiver.receive(octets(wire.substring(from, to)), 0, to - from);
            from = to;
        }
        assertTrue(receiver.isComplete());
        envelopes.release(envelope);
        expect(expected, before, wire, splits);
    }

    /** Two chunks, the first up to {@code chunkEnd}, in buffers cut at the splits besides. */
    private void expectCounted(
            final FaultCounts expected,
            final ContentReceiver receiver,
            final String octets,
            final int chunkEnd,
            final int... splits) {
        final FaultCounts before = FaultCounts.of(metrics);
        final Envelope envelope = begin(receiver, false);
        receiveChunk(receiver, octets.substring(0, chunkEnd), 0, splits);
        receiveChunk(receiver, octets.substring(chunkEnd), chunkEnd, splits);
        receiver.finishChunks(true);
        envelopes.release(envelope);
        expect(expected, before, octets, splits);
    }

    private static void receiveChunk(
            final ContentReceiver receiver, final String chunk, final int offset, final int... splits) {
        receiver.beginChunk(chunk.length());
        int from = 0;
        for (final int split : splits) {
            final int to = Math.min(chunk.length(), split - offset);
            if (to > from) {
                receiver.receiveChunk(octets(chunk.substring(from, to)), 0, to - from);
                from = to;
            }
        }
        receiver.receiveChunk(octets(chunk.substring(from) + "\n"), 0, chunk.length() - from + 1);
        assertTrue(receiver.isChunkComplete());
    }

    private Envelope begin(final ContentReceiver receiver, final boolean binary) {
        final Envelope envelope = envelopes.take();
        envelope.begin(ids, 0, new byte[0], 0, new byte[0], 0, binary ? Envelope.BINARY : 0);
        receiver.begin(envelope, true);
        return envelope;
    }

    private void expect(
            final FaultCounts expected, final FaultCounts before, final String octets, final int... splits) {
        final FaultCounts actual = FaultCounts.of(metrics).minus(before);
        if (!expected.equals(actual)) {
            assertEquals(expected, actual, visible(octets) + " split at " + Arrays.toString(splits));
        }
    }

    // ---- texts

    private interface Check {
        void on(String octets);
    }

    private static void forAllShort(final Check check) {
        int count = 1;
        for (int length = 0; length <= LONGEST; length++) {
            for (int number = 0; number < count; number++) {
                final char[] octets = new char[length];
                int rest = number;
                for (int i = 0; i < length; i++) {
                    octets[i] = ALPHABET.charAt(rest % ALPHABET.length());
                    rest /= ALPHABET.length();
                }
                check.on(new String(octets));
            }
            count *= ALPHABET.length();
        }
    }

    private static String randomText(final Random random) {
        final StringBuilder text = new StringBuilder();
        while (text.length() < 300) {
            text.append("x".repeat(random.nextInt(40))).append(random.nextInt(3) == 0 ? "\r\n" : "");
            for (int i = random.nextInt(6); i > 0; i--) {
                text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
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

    private static String visible(final String text) {
        return text.replace("\r", "<CR>").replace("\n", "<LF>").replace("\0", "<NUL>");
    }
}
