package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * What {@link ProxyHeader} must find, said once more with patterns, streams of octets and the JDK's own reading of addresses.
 *
 * @param answer as {@link ProxyHeader#parse}, from 0
 * @param source in hexadecimal digits
 */
record ProxyReference(int answer, boolean local, String source, boolean verified, Map<ProxyHeader.Text, String> texts) {
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final String NUMBER = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final String IPV4 = NUMBER + "(?:\\." + NUMBER + "){3}";
    private static final Pattern LINE = Pattern.compile(
            "PROXY (?:UNKNOWN(?: [^\n]*)?|(?:TCP4 (?<v4>" + IPV4 + ") " + IPV4
                    + "|TCP6 (?<v6>[0-9A-Fa-f:.]+) (?<to>[0-9A-Fa-f:.]+)) (?<p>0|[1-9][0-9]{0,4}) (?<q>0|[1-9][0-9]{0,4}))\r\n");
    private static final Pattern IPV6 =
            Pattern.compile("(?=.*:)(?!.*[0-9A-Fa-f]{5})(?:[0-9A-Fa-f:]*|[0-9A-Fa-f:]*:" + IPV4 + ")");

    /** What the flyweight tells of a header that begins at an index. */
    static ProxyReference of(final ProxyHeader header, final int answer, final ByteBuffer in, final int from) {
        if (answer < 0) {
            return refusal(answer);
        }
        final byte[] source = new byte[header.sourceLength()];
        header.copySource(source);
        final Map<ProxyHeader.Text, String> texts = new EnumMap<>(ProxyHeader.Text.class);
        for (final ProxyHeader.Text text : ProxyHeader.Text.values()) {
            if (header.end(text) > header.start(text)) {
                texts.put(text, Placement.text(in, header.start(text), header.end(text)));
            }
        }
        return new ProxyReference(
                answer - from, header.isLocal(), HexFormat.of().formatHex(source), header.isVerified(), texts);
    }

    static ProxyReference refusal(final int answer) {
        return new ProxyReference(answer, false, "", false, Map.of());
    }

    static ProxyReference of(final String input) {
        if ("PROXY ".startsWith(input) || SIGNATURE.startsWith(input)) {
            return refusal(ProxyHeader.INCOMPLETE);
        }
        if (input.startsWith("PROXY ")) {
            return line(input);
        }
        return input.startsWith(SIGNATURE) ? binary(input) : refusal(ProxyHeader.ABSENT);
    }

    private static ProxyReference line(final String input) {
        final int lf = input.indexOf('\n');
        if (lf < 0 || lf >= 107) {
            return refusal(input.length() < 107 ? ProxyHeader.INCOMPLETE : ProxyHeader.TOO_LONG);
        }
        final Matcher matcher = LINE.matcher(input.substring(0, lf + 1));
        if (!matcher.matches()) {
            return refusal(ProxyHeader.MALFORMED);
        }
        if (matcher.group("p") == null) {
            return new ProxyReference(lf + 1, false, "", false, Map.of());
        }
        final String source = matcher.group("v4") == null
                ? address(matcher.group("v6"))
                : HexFormat.of().formatHex(octets(matcher.group("v4")));
        final boolean isWrong = source == null
                || matcher.group("to") != null && address(matcher.group("to")) == null
                || Integer.parseInt(matcher.group("p")) > 65_535
                || Integer.parseInt(matcher.group("q")) > 65_535;
        return isWrong ? refusal(ProxyHeader.MALFORMED) : new ProxyReference(lf + 1, false, source, false, Map.of());
    }

    /** Null when it is no IPv6 address. */
    private static String address(final String text) {
        if (!IPV6.matcher(text).matches()) {
            return null;
        }
        final byte[] octets = octets(text);
        if (octets == null) {
            return null;
        }
        return (octets.length == 4 ? "0".repeat(20) + "ffff" : "")
                + HexFormat.of().formatHex(octets);
    }

    private static byte[] octets(final String literal) {
        try {
            return InetAddress.getByName(literal.contains(":") ? "[" + literal + "]" : literal)
                    .getAddress();
        } catch (final UnknownHostException e) {
            return null;
        }
    }

    private static ProxyReference binary(final String input) {
        final byte[] all = input.getBytes(ISO_8859_1);
        if (all.length < 16) {
            return refusal(ProxyHeader.INCOMPLETE);
        }
        final boolean isLocal = all[12] == 0x20;
        final String family = HexFormat.of().formatHex(all, 13, 14);
        if (!isLocal && (all[12] != 0x21 || !family.matches("[0-3][0-2]"))) {
            return refusal(ProxyHeader.MALFORMED);
        }
        final int length = ByteBuffer.wrap(all).getChar(14);
        if (length > 2048 - 16) {
            return refusal(ProxyHeader.TOO_LONG);
        }
        if (all.length < 16 + length) {
            return refusal(ProxyHeader.INCOMPLETE);
        }
        final ProxyReference nothingTold = new ProxyReference(16 + length, isLocal, "", false, Map.of());
        if (isLocal || family.startsWith("0")) {
            return nothingTold;
        }
        final int addresses = Map.of('1', 12, '2', 36, '3', 216).get(family.charAt(0));
        final ByteBuffer rest = ByteBuffer.wrap(all, 16, length);
        if (length < addresses) {
            return refusal(ProxyHeader.MALFORMED);
        }
        final String source =
                family.matches("[12]1") ? HexFormat.of().formatHex(all, 16, 16 + (addresses - 4) / 2) : "";
        rest.position(16 + addresses);
        return fields(Arrays.copyOf(all, 16 + length), rest, source);
    }

    private static ProxyReference fields(final byte[] all, final ByteBuffer rest, final String source) {
        final Map<ProxyHeader.Text, String> texts = new EnumMap<>(ProxyHeader.Text.class);
        boolean verified = false;
        Integer checksum = null;
        while (rest.hasRemaining()) {
            final ByteBuffer value = field(rest);
            if (value == null) {
                return refusal(ProxyHeader.MALFORMED);
            }
            switch (all[value.position() - 3]) {
                case 0x02 -> put(texts, ProxyHeader.Text.AUTHORITY, value);
                case 0x05 -> put(texts, ProxyHeader.Text.UNIQUE_ID, value);
                case 0x03 -> {
                    if (value.remaining() != 4 || checksum != null) {
                        return refusal(ProxyHeader.MALFORMED);
                    }
                    checksum = value.getInt(value.position());
                    Arrays.fill(all, value.position(), value.limit(), (byte) 0);
                }
                case 0x20 -> {
                    if (value.remaining() < 5) {
                        return refusal(ProxyHeader.MALFORMED);
                    }
                    verified |= (value.get() & 6) != 0 & value.getInt() == 0;
                    while (value.hasRemaining()) {
                        final ByteBuffer inner = field(value);
                        if (inner == null) {
                            return refusal(ProxyHeader.MALFORMED);
                        }
                        switch (all[inner.position() - 3]) {
                            case 0x21 -> put(texts, ProxyHeader.Text.TLS_VERSION, inner);
                            case 0x22 -> put(texts, ProxyHeader.Text.CLIENT_NAME, inner);
                            default -> {}
                        }
                    }
                }
                default -> {}
            }
        }
        if (checksum != null) {
            final CRC32C crc = new CRC32C();
            crc.update(all);
            if ((int) crc.getValue() != checksum) {
                return refusal(ProxyHeader.WRONG_CHECKSUM);
            }
        }
        return new ProxyReference(all.length, false, source, verified, texts);
    }

    /** A view of the value of the next field, behind which the buffer stands then; null when there is no whole field. */
    private static ByteBuffer field(final ByteBuffer rest) {
        if (rest.remaining() < 3) {
            return null;
        }
        rest.get();
        final int length = rest.getChar();
        if (rest.remaining() < length) {
            return null;
        }
        final ByteBuffer value = rest.duplicate().limit(rest.position() + length);
        rest.position(rest.position() + length);
        return value;
    }

    private static void put(
            final Map<ProxyHeader.Text, String> texts, final ProxyHeader.Text text, final ByteBuffer value) {
        final byte[] octets = new byte[value.remaining()];
        value.duplicate().get(octets);
        texts.remove(text);
        if (octets.length > 0) {
            texts.put(text, new String(octets, ISO_8859_1));
        }
    }
}
