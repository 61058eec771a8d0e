package io.posthaste.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.envelope.AllocationCounter;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BdatArgumentsTest {
    private static final String MAX = String.valueOf(Long.MAX_VALUE);

    /** What follows BDAT; the error; the size; whether LAST counts. */
    private static final String[][] TABLE = {
        {" 0", "NONE", "0", "false"},
        {" 1", "NONE", "1", "false"},
        {" 86000 LAST", "NONE", "86000", "true"},
        {" 0 LAST", "NONE", "0", "true"},
        {" 1 last", "NONE", "1", "true"},
        {" 1 LaSt", "NONE", "1", "true"},
        {" 1 ", "NONE", "1", "false"},
        {" 1 \t ", "NONE", "1", "false"},
        {" 1 LAST \t", "NONE", "1", "true"},
        {"  1", "NONE", "1", "false"},
        {"\t1\tLAST", "NONE", "1", "true"},
        {" 1  LAST", "NONE", "1", "true"},
        {" 0000000000000000000000000000001", "NONE", "1", "false"},
        {" 9223372036854775806", "NONE", "9223372036854775806", "false"},
        {" " + MAX, "NONE", MAX, "false"},
        {" 9223372036854775808 LAST", "NONE", MAX, "true"},
        {" 18446744073709551617", "NONE", MAX, "false"},
        {" " + "9".repeat(400), "NONE", MAX, "false"},
        {"", "MISSING_ARGUMENT", "-1", "false"},
        {" ", "MISSING_ARGUMENT", "-1", "false"},
        {" \t ", "MISSING_ARGUMENT", "-1", "false"},
        {" LAST", "MALFORMED_CHUNK_SIZE", "-1", "false"},
        {" LAST 1", "MALFORMED_CHUNK_SIZE", "-1", "false"},
        {" -1", "MALFORMED_CHUNK_SIZE", "-1", "false"},
        {" +1", "MALFORMED_CHUNK_SIZE", "-1", "false"},
        {" 1k", "MALFORMED_CHUNK_SIZE", "-1", "false"},
        {" 1LAST", "MALFORMED_CHUNK_SIZE", "-1", "false"},
        {" 1,000", "MALFORMED_CHUNK_SIZE", "-1", "false"},
        {" 0x10", "MALFORMED_CHUNK_SIZE", "-1", "false"},
        {" 1\0", "MALFORMED_CHUNK_SIZE", "-1", "false"},
        {" \u00b2", "MALFORMED_CHUNK_SIZE", "-1", "false"},
        {" 1\u00a0LAST", "MALFORMED_CHUNK_SIZE", "-1", "false"},
        {" 12 LAS", "UNEXPECTED_ARGUMENT", "12", "false"},
        {" 12 LASTX", "UNEXPECTED_ARGUMENT", "12", "false"},
        {" 12 13", "UNEXPECTED_ARGUMENT", "12", "false"},
        {" 12 LAST LAST", "UNEXPECTED_ARGUMENT", "12", "false"},
        {" 12 LAST x", "UNEXPECTED_ARGUMENT", "12", "false"},
        {" 12 x LAST", "UNEXPECTED_ARGUMENT", "12", "false"},
        {" 12 \u008c\u0081\u0093\u0094", "UNEXPECTED_ARGUMENT", "12", "false"},
        {" " + "9".repeat(40) + " x", "UNEXPECTED_ARGUMENT", MAX, "false"},
    };

    private final BdatArguments arguments = new BdatArguments();

    @Test
    void shouldReadSizeAndLast() {
        for (final String[] row : TABLE) {
            Placement.everywhere(row[0], (in, from, to) -> {
                assertEquals(row[1], arguments.parse(in, from, to).name(), row[0]);
                assertEquals(Long.parseLong(row[2]), arguments.size(), row[0]);
                assertEquals(Boolean.parseBoolean(row[3]), arguments.isLast(), row[0]);
            });
        }
    }

    @Test
    void shouldAgreeWithRegularExpressionOnRandomArguments() {
        final Pattern pattern = Pattern.compile("[ \t]+([0-9]+)([ \t]+[Ll][Aa][Ss][Tt])?[ \t]*");
        final String[] pieces = {" ", "\t", "0", "7", "9223372036854775807", "LAST", "last", "L", "x", "-"};
        final Random random = new Random(3030);
        for (int round = 0; round < 100_000; round++) {
            final StringBuilder text = new StringBuilder(" ");
            for (int length = random.nextInt(6); length > 0; length--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            final Matcher matcher = pattern.matcher(text);
            final boolean matches = matcher.matches();
            final ByteBuffer in = Placement.buffer(text.toString());
            assertEquals(matches, arguments.parse(in, 0, text.length()) == ArgumentError.NONE, text.toString());
            if (matches) {
                final long size = new BigInteger(matcher.group(1))
                        .min(new BigInteger(MAX))
                        .longValueExact();
                assertEquals(size, arguments.size(), text.toString());
                assertEquals(matcher.group(2) != null, arguments.isLast(), text.toString());
            }
        }
    }

    @Test
    void shouldAllocateNothing() {
        final ByteBuffer in = Placement.buffer(" 86000 LAST");
        assertEquals(0, AllocationCounter.octets(20_000, () -> arguments.parse(in, 0, in.limit())));
    }
}
