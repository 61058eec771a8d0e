package io.posthaste.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.AllocationCounter;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MailArgumentsTest {
    private static final ParameterOptions STRICT = ParameterOptions.of(false, Extension.SIZE, Extension.EIGHT_BIT_MIME);
    private static final ParameterOptions TOLERANT =
            ParameterOptions.of(true, Extension.SIZE, Extension.EIGHT_BIT_MIME);
    private static final ParameterOptions ALL = ParameterOptions.of(false, Extension.values());
    private static final String MAX = String.valueOf(Long.MAX_VALUE);

    /** What follows MAIL; the error when strict; the error when spaces are tolerated. */
    private static final String[][] TABLE = {
        {" FROM:<a@b>", "NONE", "NONE"},
        {" from:<a@b>", "NONE", "NONE"},
        {" From:<>", "NONE", "NONE"},
        {" FROM:<a@b> ", "NONE", "NONE"},
        {" FROM:<a@b> \t ", "NONE", "NONE"},
        {" FROM:<a@b> SIZE=1", "NONE", "NONE"},
        {" FROM:<a@b> SIZE=1  ", "NONE", "NONE"},
        {" FROM:<a@b> BODY=7BIT SIZE=1", "NONE", "NONE"},
        {" FROM:<a@b> size=1 body=8bitmime", "NONE", "NONE"},
        {" FROM:<@x:\"a b\"@b> SIZE=1", "NONE", "NONE"},
        {"", "MISSING_ARGUMENT", "MISSING_ARGUMENT"},
        {" ", "MISSING_ARGUMENT", "MISSING_ARGUMENT"},
        {"\t \t", "MISSING_ARGUMENT", "MISSING_ARGUMENT"},
        {"  FROM:<a@b>", "MISPLACED_SPACE", "NONE"},
        {"\tFROM:<a@b>", "MISPLACED_SPACE", "NONE"},
        {" FROM: <a@b>", "SPACE_AROUND_COLON", "NONE"},
        {" FROM :<a@b>", "SPACE_AROUND_COLON", "NONE"},
        {" FROM : \t<a@b>", "SPACE_AROUND_COLON", "NONE"},
        {" FROM:<a@b>  SIZE=1", "MISPLACED_SPACE", "NONE"},
        {" FROM:<a@b>\tSIZE=1", "MISPLACED_SPACE", "NONE"},
        {" FROM:<a@b> SIZE=1  BODY=7BIT", "MISPLACED_SPACE", "NONE"},
        {" <a@b>", "MALFORMED_KEYWORD", "MALFORMED_KEYWORD"},
        {" TO:<a@b>", "MALFORMED_KEYWORD", "MALFORMED_KEYWORD"},
        {" FRO", "MALFORMED_KEYWORD", "MALFORMED_KEYWORD"},
        {" FROMM:<a@b>", "MALFORMED_KEYWORD", "MALFORMED_KEYWORD"},
        {" \u0086ROM:<a@b>", "MALFORMED_KEYWORD", "MALFORMED_KEYWORD"},
        {"FROM:<a@b>", "MALFORMED_KEYWORD", "MALFORMED_KEYWORD"},
        {" FROM", "MISSING_COLON", "MISSING_COLON"},
        {" FROM<a@b>", "MISSING_COLON", "MISSING_COLON"},
        {" FROM <a@b>", "MISSING_COLON", "MISSING_COLON"},
        {" FROM a@b", "MISSING_COLON", "MISSING_COLON"},
        {" FROM:", "MISSING_ANGLE_BRACKET_OPEN", "MISSING_ANGLE_BRACKET_OPEN"},
        {" FROM:a@b", "MISSING_ANGLE_BRACKET_OPEN", "MISSING_ANGLE_BRACKET_OPEN"},
        {" FROM:<a@b", "MISSING_ANGLE_BRACKET_CLOSE", "MISSING_ANGLE_BRACKET_CLOSE"},
        {" FROM:<postmaster>", "MISSING_DOMAIN", "MISSING_DOMAIN"},
        {" FROM:<a@b>SIZE=1", "MALFORMED_PARAMETER", "MALFORMED_PARAMETER"},
        {" FROM:<a@b>>", "MALFORMED_PARAMETER", "MALFORMED_PARAMETER"},
        {" FROM:<a@b> =1", "MALFORMED_PARAMETER", "MALFORMED_PARAMETER"},
        {" FROM:<a@b> SIZE=", "MALFORMED_PARAMETER", "MALFORMED_PARAMETER"},
        {" FROM:<a@b> SIZE= 1", "MALFORMED_PARAMETER", "MALFORMED_PARAMETER"},
        {" FROM:<a@b> SIZE=1=2", "MALFORMED_PARAMETER", "MALFORMED_PARAMETER"},
        {" FROM:<a@b> SIZE=1\0", "MALFORMED_PARAMETER", "MALFORMED_PARAMETER"},
        {" FROM:<a@b> SIZE=\u00b2", "MALFORMED_PARAMETER", "MALFORMED_PARAMETER"},
        {" FROM:<a@b> -SIZE=1", "MALFORMED_PARAMETER", "MALFORMED_PARAMETER"},
        {" FROM:<a@b> SI_ZE=1", "MALFORMED_PARAMETER", "MALFORMED_PARAMETER"},
        {" FROM:<a@b> <c@d>", "MALFORMED_PARAMETER", "MALFORMED_PARAMETER"},
        {" FROM:<a@b> X", "UNKNOWN_PARAMETER", "UNKNOWN_PARAMETER"},
        {" FROM:<a@b> X=1 X=1", "UNKNOWN_PARAMETER", "UNKNOWN_PARAMETER"},
        {" FROM:<a@b> UNKNOWN", "UNKNOWN_PARAMETER", "UNKNOWN_PARAMETER"},
        {" FROM:<a@b> SIZES=1", "UNKNOWN_PARAMETER", "UNKNOWN_PARAMETER"},
        {" FROM:<a@b> SIZ=1", "UNKNOWN_PARAMETER", "UNKNOWN_PARAMETER"},
        {" FROM:<a@b> 8BITMIME", "UNKNOWN_PARAMETER", "UNKNOWN_PARAMETER"},
        {" FROM:<a@b> SMTPUTF8", "UNKNOWN_PARAMETER", "UNKNOWN_PARAMETER"},
        {" FROM:<a@b> SIZE=1 SIZE=1", "DUPLICATE_PARAMETER", "DUPLICATE_PARAMETER"},
        {" FROM:<a@b> BODY=7BIT size=1 body=7BIT", "DUPLICATE_PARAMETER", "DUPLICATE_PARAMETER"},
        {" FROM:<a@b> SIZE", "MALFORMED_SIZE", "MALFORMED_SIZE"},
        {" FROM:<a@b> SIZE=-1", "MALFORMED_SIZE", "MALFORMED_SIZE"},
        {" FROM:<a@b> SIZE=1k", "MALFORMED_SIZE", "MALFORMED_SIZE"},
        {" FROM:<a@b> SIZE=000000000000000000001", "MALFORMED_SIZE", "MALFORMED_SIZE"},
        {" FROM:<a@b> BODY", "UNKNOWN_BODY_TYPE", "UNKNOWN_BODY_TYPE"},
        {" FROM:<a@b> BODY=BINARYMIME", "UNKNOWN_BODY_TYPE", "UNKNOWN_BODY_TYPE"},
        {" FROM:<a@b> BODY=8BITMIM", "UNKNOWN_BODY_TYPE", "UNKNOWN_BODY_TYPE"},
    };

    /** What follows {@code MAIL FROM:<a@b>} when everything is announced; the error. */
    private static final String[][] EXTENSIONS = {
        {" BODY=BINARYMIME", "NONE"},
        {" body=BinaryMime", "NONE"},
        {" BODY=BINARYMIM", "UNKNOWN_BODY_TYPE"},
        {" BODY=BINARYMIMES", "UNKNOWN_BODY_TYPE"},
        {" BODY=7BIT BODY=BINARYMIME", "DUPLICATE_PARAMETER"},
        {" SMTPUTF8", "NONE"},
        {" smtputf8 ", "NONE"},
        {" SMTPUTF8 SIZE=1 BODY=8BITMIME RET=FULL ENVID=x", "NONE"},
        {" SMTPUTF8=1", "MALFORMED_PARAMETER"},
        {" SMTPUTF8=", "MALFORMED_PARAMETER"},
        {" SMTPUTF8 SMTPUTF8", "DUPLICATE_PARAMETER"},
        {" SMTPUTF", "UNKNOWN_PARAMETER"},
        {" SMTPUTF88", "UNKNOWN_PARAMETER"},
        {" UTF8SMTP", "UNKNOWN_PARAMETER"},
        {" RET=FULL", "NONE"},
        {" ret=hdrs", "NONE"},
        {" RET", "MALFORMED_RET"},
        {" RET=", "MALFORMED_PARAMETER"},
        {" RET=FULLY", "MALFORMED_RET"},
        {" RET=HDR", "MALFORMED_RET"},
        {" RET=FULL,HDRS", "MALFORMED_RET"},
        {" RET=FULL RET=FULL", "DUPLICATE_PARAMETER"},
        {" ENVID=QQ314159", "NONE"},
        {" envid=a+2Bb+3Dc+20", "NONE"},
        {" ENVID=" + "x".repeat(100), "NONE"},
        {" ENVID=" + "x".repeat(97) + "+20", "NONE"},
        {" ENVID", "MALFORMED_ENVID"},
        {" ENVID=", "MALFORMED_PARAMETER"},
        {" ENVID=" + "x".repeat(101), "MALFORMED_ENVID"},
        {" ENVID=" + "x".repeat(98) + "+20", "MALFORMED_ENVID"},
        {" ENVID=a+", "MALFORMED_ENVID"},
        {" ENVID=a+2", "MALFORMED_ENVID"},
        {" ENVID=a+2b", "MALFORMED_ENVID"},
        {" ENVID=a+0D+0Ab", "MALFORMED_ENVID"},
        {" ENVID=a=b", "MALFORMED_PARAMETER"},
        {" ENVID=\u00c3\u00bc SMTPUTF8", "MALFORMED_PARAMETER"},
        {" ENVID=a ENVID=a", "DUPLICATE_PARAMETER"},
        {" NOTIFY=NEVER", "UNKNOWN_PARAMETER"},
        {" ORCPT=rfc822;a@b", "UNKNOWN_PARAMETER"},
        {" CHUNKING", "UNKNOWN_PARAMETER"},
        {" UNKNOWN", "UNKNOWN_PARAMETER"},
    };

    /** Paths with octets from 0x80 on; the error without SMTPUTF8; the error with it; both when it is announced. */
    private static final String[][] NON_ASCII_PATHS = {
        {Placement.utf8("<\u00fc@b>"), "NON_ASCII", "NONE"},
        {Placement.utf8("<a@b\u00fccher.example>"), "NON_ASCII", "NONE"},
        {Placement.utf8("<\"\u00fc \u00fc\"@b>"), "NON_ASCII", "NONE"},
        {Placement.utf8("<@\u00fc:a@b>"), "NON_ASCII", "NONE"},
        {"<a\u00fc@b>", "NON_ASCII", "MALFORMED_UTF8"},
        {"<a@b\u00fc>", "NON_ASCII", "MALFORMED_UTF8"},
        {"<\u00c3@b>", "NON_ASCII", "MALFORMED_UTF8"},
        {Placement.utf8("<a\u0085@b>"), "NON_ASCII", "FORBIDDEN_CHARACTER"},
        {Placement.utf8("<\u00fc>"), "MISSING_DOMAIN", "MISSING_DOMAIN"},
        {Placement.utf8("<\u00fc..a@b>"), "MALFORMED_LOCAL_PART", "MALFORMED_LOCAL_PART"},
        {Placement.utf8("<a@[tag:\u00fc]>"), "MALFORMED_ADDRESS_LITERAL", "MALFORMED_ADDRESS_LITERAL"},
    };

    private final MailArguments arguments = new MailArguments();

    @Test
    void shouldSayWhatIsWrongWithTheArguments() {
        for (final String[] row : TABLE) {
            Placement.everywhere(row[0], (in, from, to) -> {
                assertEquals(row[1], arguments.parse(in, from, to, STRICT).name(), row[0]);
                assertEquals(row[2], arguments.parse(in, from, to, TOLERANT).name(), row[0]);
            });
        }
    }

    @Test
    void shouldReadPathAndParameters() {
        Placement.everywhere(" FROM:<@x:a@b.c> SIZE=1024 BODY=8BITMIME ", (in, from, to) -> {
            assertEquals(ArgumentError.NONE, arguments.parse(in, from, to, STRICT));
            final PathParser path = arguments.path();
            assertEquals("a@b.c", Placement.text(in, path.mailboxStart(), path.mailboxEnd()));
            assertEquals(1024, arguments.declaredSize());
            assertEquals(BodyType.EIGHT_BIT_MIME, arguments.bodyType());
        });
    }

    @Test
    void shouldForgetTheParametersOfTheLastCommand() {
        Placement.everywhere(
                " FROM:<a@b> SIZE=1024 BODY=8BITMIME", (in, from, to) -> arguments.parse(in, from, to, STRICT));
        Placement.everywhere(" FROM:<>", (in, from, to) -> {
            assertEquals(ArgumentError.NONE, arguments.parse(in, from, to, STRICT));
            assertTrue(arguments.path().isNull());
            assertEquals(MailArguments.NO_SIZE, arguments.declaredSize());
            assertEquals(BodyType.SEVEN_BIT, arguments.bodyType());
        });
    }

    @Test
    void shouldSaturateSizesBeyondTheLargestLong() {
        final String[][] sizes = {
            {"0", "0"},
            {"00000000000000000001", "1"},
            {"9223372036854775806", "9223372036854775806"},
            {MAX, MAX},
            {"9223372036854775808", MAX},
            {"9223372036854775810", MAX},
            {"18446744073709551617", MAX},
            {"99999999999999999999", MAX},
            {"92233720368547758070", MAX},
        };
        for (final String[] size : sizes) {
            Placement.everywhere(" FROM:<a@b> SIZE=" + size[0], (in, from, to) -> {
                assertEquals(ArgumentError.NONE, arguments.parse(in, from, to, STRICT), size[0]);
                assertEquals(Long.parseLong(size[1]), arguments.declaredSize());
            });
        }
    }

    @Test
    void shouldSayWhatIsWrongWithTheParametersOfExtensions() {
        for (final String[] row : EXTENSIONS) {
            Placement.everywhere(
                    " FROM:<a@b>" + row[0],
                    (in, from, to) -> assertEquals(
                            row[1], arguments.parse(in, from, to, ALL).name(), row[0]));
        }
    }

    @Test
    void shouldTakeNonAsciiPathsOnlyWithTheKeywordThatFollows() {
        for (final String[] row : NON_ASCII_PATHS) {
            for (final String before : new String[] {"", " SIZE=1"}) {
                Placement.everywhere(" FROM:" + row[0] + before, (in, from, to) -> {
                    assertEquals(row[1], arguments.parse(in, from, to, ALL).name(), row[0]);
                    assertEquals(
                            "NON_ASCII", arguments.parse(in, from, to, STRICT).name(), row[0]);
                });
                Placement.everywhere(
                        " FROM:" + row[0] + before + " SMTPUTF8",
                        (in, from, to) -> assertEquals(
                                row[2], arguments.parse(in, from, to, ALL).name(), row[0]));
            }
        }
    }

    @Test
    void shouldReadTheParametersOfExtensions() {
        final String path = Placement.utf8("<j\u00f6rg@b\u00fccher.example>");
        Placement.everywhere(
                " FROM:" + path + " BODY=BINARYMIME ENVID=a+2Bb RET=HDRS SIZE=7 SMTPUTF8", (in, from, to) -> {
                    assertEquals(ArgumentError.NONE, arguments.parse(in, from, to, ALL));
                    assertEquals(
                            "<"
                                    + Placement.text(
                                            in,
                                            arguments.path().mailboxStart(),
                                            arguments.path().mailboxEnd()) + ">",
                            path);
                    assertFalse(arguments.path().isAscii());
                    assertEquals(BodyType.BINARY_MIME, arguments.bodyType());
                    assertEquals("a+2Bb", Placement.text(in, arguments.envidStart(), arguments.envidEnd()));
                    assertEquals(ReturnType.HEADERS, arguments.ret());
                    assertEquals(7, arguments.declaredSize());
                    assertTrue(arguments.isSmtpUtf8());
                });
        Placement.everywhere(" FROM:<a@b> RET=FULL", (in, from, to) -> {
            assertEquals(ArgumentError.NONE, arguments.parse(in, from, to, ALL));
            assertTrue(arguments.path().isAscii());
            assertEquals(BodyType.SEVEN_BIT, arguments.bodyType());
            assertEquals(arguments.envidEnd(), arguments.envidStart());
            assertEquals(ReturnType.FULL, arguments.ret());
            assertEquals(MailArguments.NO_SIZE, arguments.declaredSize());
            assertFalse(arguments.isSmtpUtf8());
        });
        Placement.everywhere(" FROM:<a@b>", (in, from, to) -> {
            assertEquals(ArgumentError.NONE, arguments.parse(in, from, to, ALL));
            assertEquals(ReturnType.UNSPECIFIED, arguments.ret());
        });
    }

    @Test
    void shouldAllocateNothing() {
        final String line = Placement.utf8(" FROM:<\u00fc@b> SIZE=1 BODY=BINARYMIME ENVID=a+2Bb RET=HDRS SMTPUTF8");
        final ByteBuffer in = Placement.buffer(line);
        assertEquals(0, AllocationCounter.octets(20_000, () -> arguments.parse(in, 0, line.length(), ALL)));
        assertEquals(ArgumentError.NONE, arguments.parse(in, 0, line.length(), ALL));
    }
}
