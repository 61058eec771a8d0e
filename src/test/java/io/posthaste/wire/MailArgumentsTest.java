package io.posthaste.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MailArgumentsTest {
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

    private final MailArguments arguments = new MailArguments();

    @Test
    void shouldSayWhatIsWrongWithTheArguments() {
        for (final String[] row : TABLE) {
            Placement.everywhere(row[0], (in, from, to) -> {
                assertEquals(row[1], arguments.parse(in, from, to, false).name(), row[0]);
                assertEquals(row[2], arguments.parse(in, from, to, true).name(), row[0]);
            });
        }
    }

    @Test
    void shouldReadPathAndParameters() {
        Placement.everywhere(" FROM:<@x:a@b.c> SIZE=1024 BODY=8BITMIME ", (in, from, to) -> {
            assertEquals(ArgumentError.NONE, arguments.parse(in, from, to, false));
            final PathParser path = arguments.path();
            assertEquals("a@b.c", Placement.text(in, path.mailboxStart(), path.mailboxEnd()));
            assertEquals(1024, arguments.declaredSize());
            assertEquals(BodyType.EIGHT_BIT_MIME, arguments.bodyType());
        });
    }

    @Test
    void shouldForgetTheParametersOfTheLastCommand() {
        Placement.everywhere(
                " FROM:<a@b> SIZE=1024 BODY=8BITMIME", (in, from, to) -> arguments.parse(in, from, to, false));
        Placement.everywhere(" FROM:<>", (in, from, to) -> {
            assertEquals(ArgumentError.NONE, arguments.parse(in, from, to, false));
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
                assertEquals(ArgumentError.NONE, arguments.parse(in, from, to, false), size[0]);
                assertEquals(Long.parseLong(size[1]), arguments.declaredSize());
            });
        }
    }
}
