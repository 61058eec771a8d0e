package io.posthaste.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RcptArgumentsTest {
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

    private final RcptArguments arguments = new RcptArguments();

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
    void shouldReadTheForwardPath() {
        Placement.everywhere(" TO:<@x:a@b.c> ", (in, from, to) -> {
            assertEquals(ArgumentError.NONE, arguments.parse(in, from, to, false));
            final PathParser path = arguments.path();
            assertEquals("b.c", Placement.text(in, path.domainStart(), path.domainEnd()));
        });
        Placement.everywhere(" TO:<PostMaster>", (in, from, to) -> {
            assertEquals(ArgumentError.NONE, arguments.parse(in, from, to, false));
            assertTrue(arguments.path().isPostmaster());
        });
    }
}
