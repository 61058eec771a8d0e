package io.posthaste.wire;

import static io.posthaste.wire.ArgumentError.DOMAIN_TOO_LONG;
import static io.posthaste.wire.ArgumentError.FORBIDDEN_CHARACTER;
import static io.posthaste.wire.ArgumentError.LOCAL_PART_TOO_LONG;
import static io.posthaste.wire.ArgumentError.MALFORMED_ADDRESS_LITERAL;
import static io.posthaste.wire.ArgumentError.MALFORMED_DOMAIN;
import static io.posthaste.wire.ArgumentError.MALFORMED_LOCAL_PART;
import static io.posthaste.wire.ArgumentError.MALFORMED_SOURCE_ROUTE;
import static io.posthaste.wire.ArgumentError.MALFORMED_UTF8;
import static io.posthaste.wire.ArgumentError.MISSING_ANGLE_BRACKET_CLOSE;
import static io.posthaste.wire.ArgumentError.MISSING_DOMAIN;
import static io.posthaste.wire.ArgumentError.NONE;
import static io.posthaste.wire.ArgumentError.NON_ASCII;
import static io.posthaste.wire.ArgumentError.PATH_TOO_LONG;
import static io.posthaste.wire.ArgumentError.SPACE_IN_PATH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PathParserUtf8Test {
    /** Three octets each. */
    private static final String THAI_80 = "\u0e01".repeat(80);

    /** Mailboxes as they stand between angle brackets. */
    private static final String[] MAILBOXES = {
        "\u00fc@b",
        "j\u00f6rg.m\u00fcller@example.com",
        "\u7528\u6237@\u4f8b\u5b50.\u5e7f\u544a",
        "\u0645\u062b\u0627\u0644@example.com",
        "\ud83d\ude00@example.com",
        "\uffff\ud83f\udfff\udbff\udfff@example.com",
        "\u00a0@example.com",
        "a@\u00fc",
        "a@b\u00fccher.example",
        "a@\u00fc-\u00fc._\u00fc",
        "a@xn--bcher-kva.\u00fc",
        "\"\u00fc\"@b",
        "\"\u00fc \\\" @\u00fc\"@\u00fc",
        "\u00fc@[1.2.3.4]",
        "\u00fc".repeat(32) + "@example.com",
        "a@" + THAI_80,
    };

    /** Whole arguments that are wrong with SMTPUTF8 too, and why. */
    private static final Object[][] MALFORMED = {
        {"<\u00fc>", MISSING_DOMAIN},
        {"<\u00fc@>", MISSING_DOMAIN},
        {"<\u00fc", MISSING_ANGLE_BRACKET_CLOSE},
        {"<\u00fc@\u00fc", MISSING_ANGLE_BRACKET_CLOSE},
        {"<\u00fc @b>", SPACE_IN_PATH},
        {"<\u00fc@\u00fc >", SPACE_IN_PATH},
        {"<.\u00fc@b>", MALFORMED_LOCAL_PART},
        {"<\u00fc.@b>", MALFORMED_LOCAL_PART},
        {"<\u00fc..\u00fc@b>", MALFORMED_LOCAL_PART},
        {"<\u00fc(@b>", MALFORMED_LOCAL_PART},
        {"<\"a\"\u00fc@b>", MALFORMED_LOCAL_PART},
        {"<\"\\\u00fc\"@b>", MALFORMED_LOCAL_PART},
        {"<\"\u00fc@b>", MALFORMED_LOCAL_PART},
        {"<\"\u00fc\0\"@b>", FORBIDDEN_CHARACTER},
        {"<\u00fc\u007f@b>", FORBIDDEN_CHARACTER},
        {"<a@\u00fc\0>", FORBIDDEN_CHARACTER},
        {"<a\u0080@b>", FORBIDDEN_CHARACTER},
        {"<a@b\u009f>", FORBIDDEN_CHARACTER},
        {"<@\u0085:a@b>", FORBIDDEN_CHARACTER},
        {"<a@\u00fc..b>", MALFORMED_DOMAIN},
        {"<a@.\u00fc>", MALFORMED_DOMAIN},
        {"<a@\u00fc.>", MALFORMED_DOMAIN},
        {"<a@-\u00fc>", MALFORMED_DOMAIN},
        {"<a@\u00fc->", MALFORMED_DOMAIN},
        {"<a@\u00fc!>", MALFORMED_DOMAIN},
        {"<a@\u00fc@b>", MALFORMED_DOMAIN},
        {"<a@\u00fc." + "d".repeat(64) + ">", MALFORMED_DOMAIN},
        {"<a@[1.2.3.4]\u00fc>", MALFORMED_DOMAIN},
        {"<a@[tag:\u00fc]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[1.2.3.4\u00fc", MALFORMED_ADDRESS_LITERAL},
        {"<@x,\u00fc:a@b>", MALFORMED_SOURCE_ROUTE},
        {"<" + "\u00fc".repeat(33) + "@b>", LOCAL_PART_TOO_LONG},
        {"<" + "\u00fc".repeat(32) + "a@b>", LOCAL_PART_TOO_LONG},
        {"<a@" + THAI_80 + ".\u0e01\u0e01\u0e01\u0e01\u0e01>", DOMAIN_TOO_LONG},
        {"<abcdefghijk@" + THAI_80 + ".a>", NONE},
        {"<abcdefghijkl@" + THAI_80 + ".a>", PATH_TOO_LONG},
    };

    private final PathParser parser = new PathParser();

    @Test
    void shouldReadMailboxesInUtf8WithAndWithoutSourceRoute() {
        for (final String text : MAILBOXES) {
            final String mailbox = Placement.utf8(text);
            for (final String route : new String[] {"", "@x:", Placement.utf8("@\u00fc.x,@\u4f8b:")}) {
                Placement.everywhere("<" + route + mailbox + ">", (in, from, to) -> {
                    assertEquals(NONE, parser.parseReversePath(in, from, to, true), text);
                    assertEquals(NONE, parser.checkUtf8(in));
                    expectParts(in, to, mailbox);
                    assertEquals(NONE, parser.parseForwardPath(in, from, to, true), text);
                    expectParts(in, to, mailbox);
                    assertEquals(NON_ASCII, parser.parseReversePath(in, from, to, false), text);
                    assertEquals(NON_ASCII, parser.parseForwardPath(in, from, to, false), text);
                });
            }
        }
    }

    @Test
    void shouldSayWhatIsWrongWithAPathInUtf8() {
        for (final Object[] row : MALFORMED) {
            final String text = Placement.utf8((String) row[0]);
            Placement.everywhere(text, (in, from, to) -> {
                assertEquals(row[1], parser.parseForwardPath(in, from, to, true), text);
                parser.parseReversePath(in, from, to, true);
                if (parser.error() == NONE) {
                    parser.checkUtf8(in);
                }
                assertEquals(row[1], parser.error(), text);
            });
        }
    }

    @Test
    void shouldRefuseMalformedSequencesInEveryPart() {
        final String[] sequences = {
            "\u0080",
            "\u00bf",
            "\u00c0\u00af",
            "\u00c1\u00bf",
            "\u00c3",
            "\u00e0\u0080\u0080",
            "\u00e4\u00b8",
            "\u00ed\u00a0\u0080",
            "\u00f0\u0080\u0080\u0080",
            "\u00f0\u009f\u0098",
            "\u00f4\u0090\u0080\u0080",
            "\u00ff"
        };
        for (final String sequence : sequences) {
            for (final String path :
                    new String[] {"<%s@b>", "<a%sb@b>", "<\"%s\"@b>", "<a@%s>", "<a@b%s.c>", "<@%s:a@b>"}) {
                final String text = path.replace("%s", sequence);
                Placement.everywhere(text, (in, from, to) -> {
                    assertEquals(MALFORMED_UTF8, parser.parseForwardPath(in, from, to, true), text);
                    assertEquals(NONE, parser.parseReversePath(in, from, to, true), text);
                    assertFalse(parser.isAscii());
                    assertEquals(MALFORMED_UTF8, parser.checkUtf8(in), text);
                    assertEquals(MALFORMED_UTF8, parser.error());
                });
            }
        }
    }

    @Test
    void shouldNotLookBehindThePath() {
        Placement.everywhere("<a@b> \u00ff", (in, from, to) -> {
            assertEquals(NONE, parser.parseForwardPath(in, from, to, true));
            assertTrue(parser.isAscii());
            assertEquals(from + 5, parser.end());
        });
    }

    @Test
    void shouldAgreeWithRegularExpressionOnRandomPaths() {
        final String atom = "[a\u00a0-\ud7ff\ue000-\ufffd\\x{10000}-\\x{10ffff}-]+";
        final String inner = "[a_\u00a0-\ud7ff\ue000-\ufffd\\x{10000}-\\x{10ffff}-]*";
        final String edge = "[a_\u00a0-\ud7ff\ue000-\ufffd\\x{10000}-\\x{10ffff}]";
        final String label = edge + "(?:" + inner + edge + ")?";
        final String quoted = "\"(?:[ !#-\\[\\]-~\u00a0-\ud7ff\ue000-\ufffd\\x{10000}-\\x{10ffff}]|\\\\[ -~])*\"";
        final Pattern pattern = Pattern.compile(
                "<(?:" + atom + "(?:\\." + atom + ")*|" + quoted + ")@" + label + "(?:\\." + label + ")*>");
        final String[] pieces = {
            "a", "@", "@", ".", "\"", "\\", "-", ">", "\u0085", "\u00a0", "\u00fc", "\u0e01", "\ue000", "\ud83d\ude00"
        };
        final Random random = new Random(6531);
        int valid = 0;
        for (int round = 0; round < 200_000; round++) {
            final StringBuilder text = new StringBuilder("<");
            for (int length = random.nextInt(8); length > 0; length--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            final String whole =
                    text.append(random.nextBoolean() ? "@\u00fc>" : ">").toString();
            final String octets = Placement.utf8(whole);
            final boolean isPath = parser.parseForwardPath(Placement.buffer(octets), 0, octets.length(), true) == NONE
                    && parser.end() == octets.length();
            assertEquals(pattern.matcher(whole).matches(), isPath, whole);
            valid += isPath ? 1 : 0;
        }
        assertTrue(valid > 1_000, "only " + valid + " valid paths");
    }

    private void expectParts(final ByteBuffer in, final int to, final String mailbox) {
        assertEquals(to, parser.end());
        assertEquals(mailbox, Placement.text(in, parser.mailboxStart(), parser.mailboxEnd()));
        assertEquals(
                mailbox.substring(mailbox.lastIndexOf('@') + 1),
                Placement.text(in, parser.domainStart(), parser.domainEnd()));
        assertFalse(parser.isAscii());
    }
}
