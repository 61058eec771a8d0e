package io.posthaste.dnsbl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.dnsbl.DnsAnswer.Reading;
import io.posthaste.dnsbl.FakeDns.Asked;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Reading what DNS servers, or others in their place, send. */
final class DnsAnswerTest {
    private static final String NAME = "2.0.0.127.bl.example";
    private static final byte[] LISTED = FakeDns.octets("127.0.0.2");
    private static final byte[] POINTER_TO_NAME = {(byte) 0xC0, 12};

    private final DnsAnswer answer = new DnsAnswer();
    private final ByteBuffer question = ByteBuffer.allocate(300);
    private final Asked asked;

    DnsAnswerTest() {
        DnsAnswer.putQuestion(question, 0xABCD, DnsName.encode(NAME), FakeDns.A);
        asked = new Asked(
                NAME, FakeDns.A, Arrays.copyOf(question.array(), question.limit()), new InetSocketAddress(53));
    }

    private Reading read(final byte[] message) {
        return answer.read(ByteBuffer.wrap(message), question);
    }

    private static byte[] joined(final byte[]... parts) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (final byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] pointer(final int target) {
        return new byte[] {(byte) (0xC0 | target >> 8), (byte) target};
    }

    @Test
    void shouldReadAnAddressUnderAWholeOrACompressedName() {
        assertEquals(Reading.ANSWER, read(FakeDns.answer(asked, 0, FakeDns.record(NAME, FakeDns.A, 7, LISTED))));
        assertEquals(1, answer.addressCount());
        assertEquals(0x7F000002, answer.addresses()[0]);
        assertEquals(7, answer.ttlSeconds());
        assertEquals(
                Reading.ANSWER, read(FakeDns.answer(asked, 0, FakeDns.record(POINTER_TO_NAME, FakeDns.A, 7, LISTED))));
        assertEquals(1, answer.addressCount());
        assertEquals(
                Reading.ANSWER,
                read(FakeDns.answer(asked, 0, FakeDns.record(NAME.replace("bl", "BL"), FakeDns.A, 7, LISTED))));
        assertEquals(1, answer.addressCount(), "in whatever case");
    }

    @Test
    void shouldFollowAliases() {
        final byte[] alias = FakeDns.record(POINTER_TO_NAME, FakeDns.CNAME, 5, FakeDns.name("other.example"));
        assertEquals(
                Reading.ANSWER,
                read(FakeDns.answer(asked, 0, alias, FakeDns.record("other.example", FakeDns.A, 7, LISTED))));
        assertEquals(1, answer.addressCount());
        assertEquals(5, answer.ttlSeconds());
        // To a name whose end is that of the question: other.example by a pointer to example.
        final byte[] compressed =
                joined(new byte[] {5}, "other".getBytes(java.nio.charset.StandardCharsets.US_ASCII), pointer(12 + 13));
        assertEquals(
                Reading.ANSWER,
                read(FakeDns.answer(
                        asked,
                        0,
                        FakeDns.record(POINTER_TO_NAME, FakeDns.CNAME, 5, compressed),
                        FakeDns.record("other.example", FakeDns.A, 7, LISTED))));
        assertEquals(1, answer.addressCount());
    }

    @Test
    void shouldNotTakeAddressesOfOtherNames() {
        assertEquals(
                Reading.ANSWER, read(FakeDns.answer(asked, 0, FakeDns.record("other.example", FakeDns.A, 7, LISTED))));
        assertEquals(0, answer.addressCount());
    }

    @Test
    void shouldNotFollowPointersForwardsOrInCircles() {
        final int end = asked.octets().length;
        for (final int target : new int[] {end, end + 1, end + 2, 0x3FFF}) {
            assertEquals(
                    Reading.MALFORMED,
                    read(FakeDns.answer(asked, 0, FakeDns.record(pointer(target), FakeDns.A, 7, LISTED))),
                    "to " + target);
        }
        // A label, then a pointer back to it.
        final byte[] circle = joined(new byte[] {1, 'a'}, pointer(end));
        assertEquals(Reading.MALFORMED, read(FakeDns.answer(asked, 0, FakeDns.record(circle, FakeDns.A, 7, LISTED))));
    }

    @Test
    void shouldNotReadANameThatIsTooLong() {
        final byte[] label = new byte[64];
        label[0] = 63;
        Arrays.fill(label, 1, 64, (byte) 'a');
        // 3 * 64 + 1 + 61 and the root are 255.
        final byte[] last = new byte[62];
        last[0] = 61;
        Arrays.fill(last, 1, 62, (byte) 'a');
        assertEquals(
                Reading.ANSWER,
                read(FakeDns.answer(
                        asked,
                        0,
                        FakeDns.record(joined(label, label, label, last, new byte[1]), FakeDns.A, 7, LISTED))));
        final byte[] over = new byte[63];
        over[0] = 62;
        Arrays.fill(over, 1, 63, (byte) 'a');
        assertEquals(
                Reading.MALFORMED,
                read(FakeDns.answer(
                        asked,
                        0,
                        FakeDns.record(joined(label, label, label, over, new byte[1]), FakeDns.A, 7, LISTED))));
    }

    @Test
    void shouldReadNoMoreAddressesThanItHasRoomFor() {
        final byte[][] records = new byte[200][];
        Arrays.fill(records, FakeDns.record(POINTER_TO_NAME, FakeDns.A, 7, LISTED));
        assertEquals(Reading.ANSWER, read(FakeDns.answer(asked, 0, records)));
        assertEquals(64, answer.addressCount());
    }

    @Test
    void shouldSeeThatItIsDamagedWhereverItIsCutOff() {
        final byte[] whole = FakeDns.answer(
                asked,
                0,
                FakeDns.record(POINTER_TO_NAME, FakeDns.CNAME, 5, FakeDns.name("other.example")),
                FakeDns.record("other.example", FakeDns.A, 7, LISTED));
        for (int length = 0; length < whole.length; length++) {
            final Reading expected = length < asked.octets().length ? Reading.FOREIGN : Reading.MALFORMED;
            assertEquals(expected, read(Arrays.copyOf(whole, length)), "cut off at " + length);
        }
    }

    @Test
    void shouldReadATextOnceAndAsFarAsThereIsRoom() {
        DnsAnswer.putQuestion(question, 1, DnsName.encode(NAME), FakeDns.TXT);
        final Asked why = new Asked(
                NAME, FakeDns.TXT, Arrays.copyOf(question.array(), question.limit()), new InetSocketAddress(53));
        final byte[] one = FakeDns.record(NAME, FakeDns.TXT, 7, FakeDns.text("one", "", "two"));
        final byte[] other = FakeDns.record(NAME, FakeDns.TXT, 7, FakeDns.text("three"));
        assertEquals(Reading.ANSWER, read(FakeDns.answer(why, 0, one, other)));
        assertEquals("onetwo", answer.text());
        final String longest = "x".repeat(255);
        assertEquals(
                Reading.ANSWER,
                read(FakeDns.answer(
                        why, 0, FakeDns.record(NAME, FakeDns.TXT, 7, FakeDns.text(longest, longest, longest)))));
        assertEquals("x".repeat(512), answer.text());
        final byte[] beyond = FakeDns.record(NAME, FakeDns.TXT, 7, new byte[] {5, 'a'});
        assertEquals(Reading.MALFORMED, read(FakeDns.answer(why, 0, beyond)));
    }

    /** Whatever is in it, reading comes to an end and stays within the message. */
    @Test
    void shouldReadAnythingWithoutHarm() {
        final Random random = new Random(42);
        final byte[] whole = FakeDns.message(
                asked,
                0x8180,
                3,
                1,
                FakeDns.record(POINTER_TO_NAME, FakeDns.CNAME, 5, FakeDns.name("other.example")),
                FakeDns.record("other.example", FakeDns.A, 7, LISTED),
                FakeDns.record("other.example", FakeDns.TXT, 7, FakeDns.text("why")),
                FakeDns.record("example", FakeDns.SOA, 7, new byte[22]));
        final int[] readings = new int[Reading.values().length];
        for (int i = 0; i < 200_000; i++) {
            final byte[] mutated = Arrays.copyOf(whole, random.nextInt(4) == 0 ? random.nextInt(600) : whole.length);
            for (int n = random.nextInt(8); n > 0 && mutated.length > 0; n--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            readings[read(mutated).ordinal()]++;
        }
        for (final Reading reading : Reading.values()) {
            assertTrue(readings[reading.ordinal()] > 1000, reading + ": " + readings[reading.ordinal()]);
        }
    }
}
