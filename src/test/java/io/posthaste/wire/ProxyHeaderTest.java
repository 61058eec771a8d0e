package io.posthaste.wire;

import static io.posthaste.wire.ProxyHeaders.LOCAL;
import static io.posthaste.wire.ProxyHeaders.PROXY;
import static io.posthaste.wire.ProxyHeaders.TCP4;
import static io.posthaste.wire.ProxyHeaders.TCP6;
import static io.posthaste.wire.ProxyHeaders.UNIX;
import static io.posthaste.wire.ProxyHeaders.addresses;
import static io.posthaste.wire.ProxyHeaders.binary;
import static io.posthaste.wire.ProxyHeaders.checked;
import static io.posthaste.wire.ProxyHeaders.field;
import static io.posthaste.wire.ProxyHeaders.tls;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.AllocationCounter;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String FOUR = addresses("c0000201", "c6336401");
    private static final String SIX = addresses("20010db8000000000000000000000001", "20010db8000000000000000000000019");
    private static final String EVERYTHING = checked(
            PROXY,
            TCP4,
            FOUR,
            field(0x01, "smtp"),
            field(0x02, "mx.example"),
            field(0x04, "padding"),
            field(0x05, "id-1"),
            tls(0x07, 0, field(0x21, "TLSv1.3"), field(0x22, "client.example"), field(0x23, "AES")),
            field(0x30, "ns"),
            field(0xE0, ""));

    private static final List<String> WHOLE = List.of(
            "PROXY TCP4 192.0.2.1 198.51.100.1 51234 25\r\n",
            "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
            "PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n",
            "PROXY TCP6 2001:db8::1 ::1 1 25\r\n",
            "PROXY TCP6 ::ffff:192.0.2.1 1:2:3:4:5:6:7:: 1 25\r\n",
            "PROXY UNKNOWN\r\n",
            "PROXY UNKNOWN and whatever else\r\n",
            "PROXY UNKNOWN " + "x".repeat(107 - 16) + "\r\n",
            binary(LOCAL, 0),
            binary(LOCAL, 0xFF, "what nobody reads"),
            binary(PROXY, 0),
            binary(PROXY, 0, "addresses of no known length"),
            binary(PROXY, TCP4, FOUR),
            binary(PROXY, TCP6, SIX),
            binary(PROXY, 0x12, FOUR),
            binary(PROXY, 0x10, FOUR),
            binary(PROXY, UNIX, "u".repeat(216)),
            binary(PROXY, UNIX, "u".repeat(216), field(0x05, "id")),
            binary(PROXY, TCP4, FOUR, field(0x05, "x".repeat(2048 - 16 - 12 - 3))),
            EVERYTHING);

    private final ProxyHeader header = new ProxyHeader();

    static Stream<String> whole() {
        return WHOLE.stream();
    }

    @ParameterizedTest
    @MethodSource("whole")
    void shouldReadAHeaderWithWhateverIsBehindIt(final String octets) {
        Placement.everywhere(octets, (in, from, to) -> {
            assertEquals(to, header.parse(in, from, to));
            assertEquals(to, header.parse(in, from, in.capacity()));
        });
    }

    @ParameterizedTest
    @MethodSource("whole")
    void shouldAskForMoreAtEverySplit(final String octets) {
        for (int length = 0; length < octets.length(); length++) {
            final ByteBuffer in = Placement.buffer(octets.substring(0, length));
            assertEquals(ProxyHeader.INCOMPLETE, header.parse(in, 0, length), "" + length);
        }
    }

    @ParameterizedTest
    @MethodSource("whole")
    void shouldAgreeWithTheReferenceWhateverOctetIsChanged(final String octets) {
        for (int i = 0; i < Math.min(octets.length(), 80); i++) {
            for (final char changed : new char[] {0, ' ', '\n', '0', '9', 0xFF, (char) (octets.charAt(i) ^ 1)}) {
                final String text = octets.substring(0, i) + changed + octets.substring(i + 1);
                final ByteBuffer in = Placement.buffer(text);
                final int answer = header.parse(in, 0, text.length());
                assertEquals(ProxyReference.of(text), ProxyReference.of(header, answer, in, 0), text);
            }
        }
    }

    @Test
    void shouldTellTheClient() {
        reads("PROXY TCP4 192.0.2.1 198.51.100.1 51234 25\r\n", "c0000201");
        reads("PROXY TCP6 2001:DB8::1 ::1 1 25\r\n", "20010db8000000000000000000000001");
        reads("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 25\r\n", "00000000000000000000ffffc0000201");
        reads("PROXY UNKNOWN 192.0.2.1\r\n", "");
        reads(binary(PROXY, TCP4, FOUR), "c0000201");
        reads(binary(PROXY, TCP6, SIX), "20010db8000000000000000000000001");
        reads(binary(PROXY, UNIX, "u".repeat(216)), "");
        reads(binary(PROXY, 0x12, FOUR), "");
        reads(binary(LOCAL, TCP4, FOUR), "");
    }

    @Test
    void shouldTellWhichConnectionIsTheBalancersOwn() {
        reads(binary(LOCAL, 0), "");
        assertTrue(header.isLocal());
        reads("PROXY UNKNOWN\r\n", "");
        assertFalse(header.isLocal());
        reads(binary(PROXY, 0), "");
        assertFalse(header.isLocal());
    }

    @Test
    void shouldTellTheFields() {
        final ByteBuffer in = Placement.buffer(EVERYTHING);
        final int answer = header.parse(in, 0, in.capacity());
        assertEquals(
                Map.of(
                        ProxyHeader.Text.AUTHORITY, "mx.example",
                        ProxyHeader.Text.UNIQUE_ID, "id-1",
                        ProxyHeader.Text.TLS_VERSION, "TLSv1.3",
                        ProxyHeader.Text.CLIENT_NAME, "client.example"),
                ProxyReference.of(header, answer, in, 0).texts());
        assertTrue(header.isVerified());
        reads(binary(PROXY, TCP4, FOUR), "c0000201");
        assertFalse(header.isVerified());
        assertEquals(header.start(ProxyHeader.Text.AUTHORITY), header.end(ProxyHeader.Text.AUTHORITY));
    }

    @ParameterizedTest
    @CsvSource({"1, 0, false", "3, 0, true", "5, 0, true", "7, 1, false", "0, 0, false"})
    void shouldCallAClientVerifiedOnlyWithACertificateFoundGood(
            final int flags, final int verify, final boolean expected) {
        reads(binary(PROXY, TCP4, FOUR, tls(flags, verify)), "c0000201");
        assertEquals(expected, header.isVerified());
    }

    @Test
    void shouldRefuseADamagedHeader() {
        for (int i = 16; i < EVERYTHING.length() - 7; i++) { // but for the checksum itself
            final char changed = (char) (EVERYTHING.charAt(i) ^ 0x10);
            final String text = EVERYTHING.substring(0, i) + changed + EVERYTHING.substring(i + 1);
            final int answer = header.parse(Placement.buffer(text), 0, text.length());
            assertTrue(answer == ProxyHeader.WRONG_CHECKSUM || answer == ProxyHeader.MALFORMED, i + ": " + answer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EHLO client.example\r\n",
                "PROXY\r\n",
                "PROXYTCP4",
                "proxy TCP4 192.0.2.1 198.51.100.1 51234 25\r\n",
                " PROXY TCP4 192.0.2.1 198.51.100.1 51234 25\r\n",
                "\r\n\r\nQUIT\n",
                "\n",
                "\u0016\u0003\u0001"
            })
    void shouldNotTakeAnythingElseForAHeader(final String text) {
        answers(ProxyHeader.ABSENT, text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY \r\n",
                "PROXY \n",
                "PROXY TCP4\r\n",
                "PROXY TCP4 \r\n",
                "PROXY TCP5 192.0.2.1 198.51.100.1 51234 25\r\n",
                "PROXY tcp4 192.0.2.1 198.51.100.1 51234 25\r\n",
                "PROXY UNKNOWNS\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 51234 25\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 51234 25 \r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 51234 25 26\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 51234\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 51234 \r\n",
                "PROXY TCP4  192.0.2.1 198.51.100.1 51234 25\r\n",
                "PROXY TCP4 192.0.2.1\t198.51.100.1 51234 25\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 051234 25\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 05123 25\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 65536 25\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100.1 -1 25\r\n",
                "PROXY TCP4 192.0.2.01 198.51.100.1 51234 25\r\n",
                "PROXY TCP4 192.0.2.256 198.51.100.1 51234 25\r\n",
                "PROXY TCP4 192.0.2 198.51.100.1 51234 25\r\n",
                "PROXY TCP4 192.0.2.1.1 198.51.100.1 51234 25\r\n",
                "PROXY TCP4 192.0.2.1 198.51.100 51234 25\r\n",
                "PROXY TCP4 ::1 ::1 51234 25\r\n",
                "PROXY TCP6 192.0.2.1 192.0.2.1 51234 25\r\n",
                "PROXY TCP6 ::1 :: 51234 25\rx\n",
                "PROXY TCP6 1:2:3:4:5:6:7 ::1 51234 25\r\n",
                "PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 51234 25\r\n",
                "PROXY TCP6 1:2:3:4::5:6:7:8 ::1 51234 25\r\n",
                "PROXY TCP6 1::2::3 ::1 51234 25\r\n",
                "PROXY TCP6 :::1 ::1 51234 25\r\n",
                "PROXY TCP6 12345::1 ::1 51234 25\r\n",
                "PROXY TCP6 fe80::1%eth0 ::1 51234 25\r\n",
                "PROXY TCP6 ::1: ::1 51234 25\r\n"
            })
    void shouldRefuseAMalformedLine(final String text) {
        answers(ProxyHeader.MALFORMED, text);
    }

    @Test
    void shouldRefuseAMalformedBinaryHeader() {
        answers(ProxyHeader.MALFORMED, binary(0x22, TCP4, FOUR));
        answers(ProxyHeader.MALFORMED, binary(0x11, TCP4, FOUR));
        answers(ProxyHeader.MALFORMED, binary(0x31, TCP4, FOUR));
        answers(ProxyHeader.MALFORMED, binary(PROXY, 0x41, FOUR));
        answers(ProxyHeader.MALFORMED, binary(PROXY, 0x13, FOUR));
        answers(ProxyHeader.MALFORMED, binary(PROXY, TCP4, FOUR.substring(1)));
        answers(ProxyHeader.MALFORMED, binary(PROXY, TCP6, FOUR));
        answers(ProxyHeader.MALFORMED, binary(PROXY, UNIX, "u".repeat(215)));
        answers(ProxyHeader.MALFORMED, binary(PROXY, TCP4, FOUR, "\u0005"));
        answers(ProxyHeader.MALFORMED, binary(PROXY, TCP4, FOUR, "\u0005\0\u0002x"));
        answers(ProxyHeader.MALFORMED, binary(PROXY, TCP4, FOUR, field(0x03, "123")));
        answers(ProxyHeader.MALFORMED, binary(PROXY, TCP4, FOUR, field(0x20, "\u0001\0\0\0")));
        answers(ProxyHeader.MALFORMED, binary(PROXY, TCP4, FOUR, tls(1, 0, "\u0021\0\u0009short")));
    }

    @Test
    void shouldBoundBothVersions() {
        answers(ProxyHeader.TOO_LONG, "PROXY UNKNOWN " + "x".repeat(107 - 14));
        answers(ProxyHeader.TOO_LONG, "PROXY UNKNOWN " + "x".repeat(107 - 15) + "\r\n");
        answers(ProxyHeader.TOO_LONG, binary(PROXY, TCP4, "x".repeat(2033)).substring(0, 16));
        answers(ProxyHeader.TOO_LONG, binary(LOCAL, 0, "x".repeat(65_535)).substring(0, 16));
        answers(ProxyHeader.INCOMPLETE, binary(PROXY, TCP4, "x".repeat(2032)).substring(0, 16));
    }

    @Test
    void shouldAllocateNothing() {
        final List<ByteBuffer> all = WHOLE.stream().map(Placement::buffer).toList();
        final long octets = AllocationCounter.octets(5000, () -> {
            for (int i = 0; i < all.size(); i++) {
                header.parse(all.get(i), 0, all.get(i).capacity());
            }
        });
        assertEquals(0, octets);
    }

    private void answers(final int expected, final String text) {
        Placement.everywhere(text, (in, from, to) -> assertEquals(expected, header.parse(in, from, to), text));
    }

    private void reads(final String text, final String source) {
        final ByteBuffer in = Placement.buffer(text);
        assertEquals(text.length(), header.parse(in, 0, text.length()), text);
        final byte[] octets = new byte[header.sourceLength()];
        header.copySource(octets);
        assertEquals(source, HexFormat.of().formatHex(octets), text);
    }
}
