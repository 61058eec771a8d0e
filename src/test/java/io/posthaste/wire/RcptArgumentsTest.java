package io.posthaste.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.AllocationCounter;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class RcptArgumentsTest {
    private static final ParameterOptions STRICT = ParameterOptions.of(false);
    private static final ParameterOptions TOLERANT = ParameterOptions.of(true);
    private static final ParameterOptions ALL = ParameterOptions.of(false, Extension.values());

    /** What follows RCPT; the error when strict; the error when spaces are tolerated. */
    private static final String[][] TABLE = {
        {" TO:<a@b>", "NONE", "NONE"},
        {" to:<a@b>", "NONE", "NONE"},
        {" TO:<a@b> \t", "NONE", "NONE"},
        {" TO:<postmaster>", "NONE", "NONE"},
        {" TO:<@x,@y:a@b>", "NONE", "NONE"},
        {"  TO:<a@b>", "MISPLACED_SPACE", "NONE"},
        {" TO: <a@b>", "SPACE_AROUND_COLON", "NONE"},
        {" TO :<a@b>", "SPACE_AROUND_COLON", "NONE"},
        {"", "MISSING_ARGUMENT", "MISSING_ARGUMENT"},
        {" TO", "MISSING_COLON", "MISSING_COLON"},
        {" T", "MALFORMED_KEYWORD", "MALFORMED_KEYWORD"},
        {" FROM:<a@b>", "MALFORMED_KEYWORD", "MALFORMED_KEYWORD"},
        {" TOO:<a@b>", "MALFORMED_KEYWORD", "MALFORMED_KEYWORD"},
        {" TO:<>", "EMPTY_PATH", "EMPTY_PATH"},
        {" TO:<a>", "MISSING_DOMAIN", "MISSING_DOMAIN"},
        {" TO:a@b", "MISSING_ANGLE_BRACKET_OPEN", "MISSING_ANGLE_BRACKET_OPEN"},
        {" TO:<a@b>x", "MALFORMED_PARAMETER", "MALFORMED_PARAMETER"},
        {" TO:<a@b> NOTIFY=", "MALFORMED_PARAMETER", "MALFORMED_PARAMETER"},
        {" TO:<a@b> NOTIFY=NEVER", "UNKNOWN_PARAMETER", "UNKNOWN_PARAMETER"},
        {" TO:<a@b> SIZE=1", "UNKNOWN_PARAMETER", "UNKNOWN_PARAMETER"},
        {" TO:<a@b>  SIZE=1", "MISPLACED_SPACE", "UNKNOWN_PARAMETER"},
    };

    /** What follows {@code RCPT TO:<a@b>} when everything is announced; the error without SMTPUTF8, and with it. */
    private static final String[][] EXTENSIONS = {
        {" NOTIFY=NEVER", "NONE", "NONE"},
        {" NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;a@b", "NONE", "NONE"},
        {" orcpt=RFC822;a@b notify=failure", "NONE", "NONE"},
        {" NOTIFY", "MALFORMED_NOTIFY", "MALFORMED_NOTIFY"},
        {" NOTIFY=", "MALFORMED_PARAMETER", "MALFORMED_PARAMETER"},
        {" NOTIFY=ALWAYS", "MALFORMED_NOTIFY", "MALFORMED_NOTIFY"},
        {" NOTIFY=NEVER,SUCCESS", "MALFORMED_NOTIFY", "MALFORMED_NOTIFY"},
        {" NOTIFY=NEVER NOTIFY=NEVER", "DUPLICATE_PARAMETER", "DUPLICATE_PARAMETER"},
        {" ORCPT", "MALFORMED_ORCPT", "MALFORMED_ORCPT"},
        {" ORCPT=", "MALFORMED_PARAMETER", "MALFORMED_PARAMETER"},
        {" ORCPT=a@b", "MALFORMED_ORCPT", "MALFORMED_ORCPT"},
        {" ORCPT=rfc822;a ORCPT=rfc822;a", "DUPLICATE_PARAMETER", "DUPLICATE_PARAMETER"},
        {Placement.utf8(" ORCPT=utf-8;\u00fc@b"), "MALFORMED_PARAMETER", "NONE"},
        {Placement.utf8(" ORCPT=rfc822;\u00fc@b"), "MALFORMED_PARAMETER", "MALFORMED_ORCPT"},
        {" ORCPT=utf-8;\u00fc@b", "MALFORMED_PARAMETER", "MALFORMED_ORCPT"},
        {Placement.utf8(" NOTIFY=\u00fc"), "MALFORMED_PARAMETER", "MALFORMED_NOTIFY"},
        {" SMTPUTF8", "UNKNOWN_PARAMETER", "UNKNOWN_PARAMETER"},
        {" SIZE=1", "UNKNOWN_PARAMETER", "UNKNOWN_PARAMETER"},
        {" RET=FULL", "UNKNOWN_PARAMETER", "UNKNOWN_PARAMETER"},
        {" ENVID=a", "UNKNOWN_PARAMETER", "UNKNOWN_PARAMETER"},
    };

    /** Arguments with octets from 0x80 on in the path; the error without SMTPUTF8; the error with it. */
    private static final String[][] NON_ASCII_PATHS = {
        {Placement.utf8(" TO:<\u00fc@b>"), "NON_ASCII", "NONE"},
        {Placement.utf8(" TO:<a@b\u00fccher.example> NOTIFY=DELAY"), "NON_ASCII", "NONE"},
        {" TO:<a\u00fc@b>", "NON_ASCII", "MALFORMED_UTF8"},
        {Placement.utf8(" TO:<a\u0080@b>"), "NON_ASCII", "FORBIDDEN_CHARACTER"},
        {Placement.utf8(" TO:<\u00fc>"), "NON_ASCII", "MISSING_DOMAIN"},
    };

    private final RcptArguments arguments = new RcptArguments();

    @Test
    void shouldSayWhatIsWrongWithTheArguments() {
        for (final String[] row : TABLE) {
            Placement.everywhere(row[0], (in, from, to) -> {
                assertEquals(
                        row[1], arguments.parse(in, from, to, STRICT, false).name(), row[0]);
                assertEquals(
                        row[2], arguments.parse(in, from, to, TOLERANT, false).name(), row[0]);
            });
        }
    }

    @Test
    void shouldReadTheForwardPath() {
        Placement.everywhere(" TO:<@x:a@b.c> ", (in, from, to) -> {
            assertEquals(ArgumentError.NONE, arguments.parse(in, from, to, STRICT, false));
            final PathParser path = arguments.path();
            assertEquals("b.c", Placement.text(in, path.domainStart(), path.domainEnd()));
        });
        Placement.everywhere(" TO:<PostMaster>", (in, from, to) -> {
            assertEquals(ArgumentError.NONE, arguments.parse(in, from, to, STRICT, false));
            assertTrue(arguments.path().isPostmaster());
        });
    }

    @Test
    void shouldSayWhatIsWrongWithTheParametersOfExtensions() {
        for (final String[] row : EXTENSIONS) {
            Placement.everywhere(" TO:<a@b>" + row[0], (in, from, to) -> expect(row, in, from, to));
        }
    }

    @Test
    void shouldTakeNonAsciiPathsOnlyInTransactionsWithSmtpUtf8() {
        for (final String[] row : NON_ASCII_PATHS) {
            Placement.everywhere(row[0], (in, from, to) -> expect(row, in, from, to));
        }
    }

    @Test
    void shouldReadTheParametersOfExtensions() {
        Placement.everywhere(" TO:<a@b> ORCPT=rfc822;Bob+2Bx@b NOTIFY=delay,SUCCESS,delay", (in, from, to) -> {
            assertEquals(ArgumentError.NONE, arguments.parse(in, from, to, ALL, false));
            assertEquals(Notify.DELAY | Notify.SUCCESS, arguments.notifyOn());
            assertEquals("rfc822;Bob+2Bx@b", Placement.text(in, arguments.orcptStart(), arguments.orcptEnd()));
            assertEquals("Bob+2Bx@b", Placement.text(in, arguments.orcptAddressStart(), arguments.orcptEnd()));
        });
        Placement.everywhere(" TO:<a@b>", (in, from, to) -> {
            assertEquals(ArgumentError.NONE, arguments.parse(in, from, to, ALL, false));
            assertEquals(Notify.UNSPECIFIED, arguments.notifyOn());
            assertEquals(arguments.orcptEnd(), arguments.orcptStart());
            assertEquals(arguments.orcptEnd(), arguments.orcptAddressStart());
        });
    }

    @Test
    void shouldAllocateNothing() {
        final String line = Placement.utf8(" TO:<\u00fc@b> NOTIFY=SUCCESS,DELAY ORCPT=utf-8;\u00fc@b");
        final ByteBuffer in = Placement.buffer(line);
        assertEquals(0, AllocationCounter.octets(20_000, () -> arguments.parse(in, 0, line.length(), ALL, true)));
        assertEquals(ArgumentError.NONE, arguments.parse(in, 0, line.length(), ALL, true));
    }

    private void expect(final String[] row, final ByteBuffer in, final int from, final int to) {
        assertEquals(row[1], arguments.parse(in, from, to, ALL, false).name(), row[0]);
        assertEquals(row[2], arguments.parse(in, from, to, ALL, true).name(), row[0]);
    }
}
