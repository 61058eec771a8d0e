package io.posthaste.wire;

import static io.posthaste.wire.ArgumentError.DOMAIN_TOO_LONG;
import static io.posthaste.wire.ArgumentError.EMPTY_PATH;
import static io.posthaste.wire.ArgumentError.FORBIDDEN_CHARACTER;
import static io.posthaste.wire.ArgumentError.LOCAL_PART_TOO_LONG;
import static io.posthaste.wire.ArgumentError.MALFORMED_ADDRESS_LITERAL;
import static io.posthaste.wire.ArgumentError.MALFORMED_DOMAIN;
import static io.posthaste.wire.ArgumentError.MALFORMED_LOCAL_PART;
import static io.posthaste.wire.ArgumentError.MALFORMED_SOURCE_ROUTE;
import static io.posthaste.wire.ArgumentError.MISSING_ANGLE_BRACKET_CLOSE;
import static io.posthaste.wire.ArgumentError.MISSING_ANGLE_BRACKET_OPEN;
import static io.posthaste.wire.ArgumentError.MISSING_DOMAIN;
import static io.posthaste.wire.ArgumentError.NONE;
import static io.posthaste.wire.ArgumentError.NON_ASCII;
import static io.posthaste.wire.ArgumentError.PATH_TOO_LONG;
import static io.posthaste.wire.ArgumentError.SPACE_IN_PATH;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PathParserTest {
    private static final String LABEL_63 = "d".repeat(63);
    private static final String LOCAL_64 = "l".repeat(64);
    /** 4 × 63 and three dots. */
    private static final String DOMAIN_255 = String.join(".", LABEL_63, LABEL_63, LABEL_63, LABEL_63);

    /** Mailboxes as they stand between angle brackets. */
    private static final String[] MAILBOXES = {
        "a@b",
        "a@b.c",
        "user@example.com",
        "USER@EXAMPLE.COM",
        "first.last@example.com",
        "f.i.r.s.t@example.com",
        "user+tag@example.com",
        "user=example.org@example.com",
        "!#$%&'*+-/=?^_`{|}~@example.com",
        "{}@example.com",
        "1234567890@example.com",
        "-@example.com",
        "_@example.com",
        "a-@example.com",
        "postmaster@example.com",
        "\"\"@example.com",
        "\"a\"@example.com",
        "\"a b\"@example.com",
        "\" \"@example.com",
        "\"a@b\"@example.com",
        "\"a>b\"@example.com",
        "\"<>\"@example.com",
        "\"a.b..c.\"@example.com",
        "\"\\\"\"@example.com",
        "\"\\\\\"@example.com",
        "\"\\a\\ \\@\"@example.com",
        "\"a\\\"@b\"@example.com",
        "a@1",
        "a@1.2.3.4",
        "a@0-0.0",
        "a@x--y.z",
        "a@xn--bcher-kva.example",
        "a@host_name.example.com",
        "a@_dmarc.example.com",
        "a@localhost",
        "a@[1.2.3.4]",
        "a@[0.0.0.0]",
        "a@[255.255.255.255]",
        "a@[192.000.002.001]",
        "a@[IPv6:::1]",
        "a@[IPv6:2001:db8::1]",
        "a@[ipv6:2001:DB8::1]",
        "a@[IPv6:::ffff:192.0.2.1]",
        "a@[tag:content]",
        "a@[x-400:a.b/c=d]",
        "\"a b\"@[1.2.3.4]",
        LOCAL_64 + "@example.com",
        "\"" + "q".repeat(62) + "\"@example.com",
        "a@" + LABEL_63,
        "a@" + LABEL_63 + ".com",
        "l@" + DOMAIN_255.substring(0, 252),
        LOCAL_64 + "@" + DOMAIN_255.substring(0, 189),
    };

    /** Whole arguments that are wrong in either direction, and why. */
    private static final Object[][] MALFORMED = {
        {"", MISSING_ANGLE_BRACKET_OPEN},
        {"a", MISSING_ANGLE_BRACKET_OPEN},
        {"a@b", MISSING_ANGLE_BRACKET_OPEN},
        {"a@b>", MISSING_ANGLE_BRACKET_OPEN},
        {" <a@b>", MISSING_ANGLE_BRACKET_OPEN},
        {"[a@b]", MISSING_ANGLE_BRACKET_OPEN},
        {">", MISSING_ANGLE_BRACKET_OPEN},
        {"\u00ab" + "a@b>", MISSING_ANGLE_BRACKET_OPEN},
        {"<", MISSING_ANGLE_BRACKET_CLOSE},
        {"<a", MISSING_ANGLE_BRACKET_CLOSE},
        {"<a.", MISSING_ANGLE_BRACKET_CLOSE},
        {"<a@", MISSING_ANGLE_BRACKET_CLOSE},
        {"<a@b", MISSING_ANGLE_BRACKET_CLOSE},
        {"<a@b SIZE=1", MISSING_ANGLE_BRACKET_CLOSE},
        {"<a@ SIZE=1", MISSING_ANGLE_BRACKET_CLOSE},
        {"<a@[1.2.3.4]", MISSING_ANGLE_BRACKET_CLOSE},
        {"<\"a\"@b", MISSING_ANGLE_BRACKET_CLOSE},
        {"<@x", MISSING_ANGLE_BRACKET_CLOSE},
        {"<@x,", MISSING_ANGLE_BRACKET_CLOSE},
        {"<@x:", MISSING_ANGLE_BRACKET_CLOSE},
        {"< >", SPACE_IN_PATH},
        {"<\t>", SPACE_IN_PATH},
        {"< a@b>", SPACE_IN_PATH},
        {"<a @b>", SPACE_IN_PATH},
        {"<a@ b>", SPACE_IN_PATH},
        {"<a@b >", SPACE_IN_PATH},
        {"<a@b\t>", SPACE_IN_PATH},
        {"<a@b c>", SPACE_IN_PATH},
        {"<a b@c>", SPACE_IN_PATH},
        {"<a@[1.2.3.4] >", SPACE_IN_PATH},
        {"<\"a\" @b>", SPACE_IN_PATH},
        {"<@x, @y:a@b>", SPACE_IN_PATH},
        {"<@x: a@b>", SPACE_IN_PATH},
        {"<@x>", MALFORMED_SOURCE_ROUTE},
        {"<@x,>", MALFORMED_SOURCE_ROUTE},
        {"<@x,y:a@b>", MALFORMED_SOURCE_ROUTE},
        {"<@x@y:a@b>", MALFORMED_SOURCE_ROUTE},
        {"<@x;@y:a@b>", MALFORMED_SOURCE_ROUTE},
        {"<@x,@y,a@b>", MALFORMED_SOURCE_ROUTE},
        {"<@:a@b>", MALFORMED_DOMAIN},
        {"<@x,@:a@b>", MALFORMED_DOMAIN},
        {"<@-x:a@b>", MALFORMED_DOMAIN},
        {"<@[1.2.3.4]:a@b>", MALFORMED_DOMAIN},
        {"<@x\u00e9:a@b>", NON_ASCII},
        {"<@x:>", MALFORMED_LOCAL_PART},
        {"<@x:@y:a@b>", MALFORMED_LOCAL_PART},
        {"<.>", MALFORMED_LOCAL_PART},
        {"<.a@b>", MALFORMED_LOCAL_PART},
        {"<a.@b>", MALFORMED_LOCAL_PART},
        {"<a..b@c>", MALFORMED_LOCAL_PART},
        {"<..@b>", MALFORMED_LOCAL_PART},
        {"<a(b)@c>", MALFORMED_LOCAL_PART},
        {"<a,b@c>", MALFORMED_LOCAL_PART},
        {"<a:b@c>", MALFORMED_LOCAL_PART},
        {"<a;b@c>", MALFORMED_LOCAL_PART},
        {"<a[b@c>", MALFORMED_LOCAL_PART},
        {"<a]b@c>", MALFORMED_LOCAL_PART},
        {"<a\\b@c>", MALFORMED_LOCAL_PART},
        {"<a\"b@c>", MALFORMED_LOCAL_PART},
        {"<a\"b\"@c>", MALFORMED_LOCAL_PART},
        {"<a.\"b\"@c>", MALFORMED_LOCAL_PART},
        {"<\"a\"b@c>", MALFORMED_LOCAL_PART},
        {"<\"a\".b@c>", MALFORMED_LOCAL_PART},
        {"<\"a\"\"b\"@c>", MALFORMED_LOCAL_PART},
        {"<<a@b>", MALFORMED_LOCAL_PART},
        {"<<a@b>>", MALFORMED_LOCAL_PART},
        {"<\"a@b>", MALFORMED_LOCAL_PART},
        {"<\"a\\\"@b>", MALFORMED_LOCAL_PART},
        {"<\"", MALFORMED_LOCAL_PART},
        {"<\"\\", MALFORMED_LOCAL_PART},
        {"<a>", MISSING_DOMAIN},
        {"<a.b>", MISSING_DOMAIN},
        {"<a@>", MISSING_DOMAIN},
        {"<\"a\">", MISSING_DOMAIN},
        {"<\"postmaster\">", MISSING_DOMAIN},
        {"<postmaster@>", MISSING_DOMAIN},
        {"<postmasters>", MISSING_DOMAIN},
        {"<@x:postmaster>", MISSING_DOMAIN},
        {"<postmaste>", MISSING_DOMAIN},
        {"<a@b@c>", MALFORMED_DOMAIN},
        {"<a@@b>", MALFORMED_DOMAIN},
        {"<a@.b>", MALFORMED_DOMAIN},
        {"<a@b.>", MALFORMED_DOMAIN},
        {"<a@b..c>", MALFORMED_DOMAIN},
        {"<a@.>", MALFORMED_DOMAIN},
        {"<a@-b>", MALFORMED_DOMAIN},
        {"<a@b->", MALFORMED_DOMAIN},
        {"<a@b-.c>", MALFORMED_DOMAIN},
        {"<a@b.-c>", MALFORMED_DOMAIN},
        {"<a@b!c>", MALFORMED_DOMAIN},
        {"<a@b,c>", MALFORMED_DOMAIN},
        {"<a@b:c>", MALFORMED_DOMAIN},
        {"<a@b/c>", MALFORMED_DOMAIN},
        {"<a@b<c>", MALFORMED_DOMAIN},
        {"<a@\"b\">", MALFORMED_DOMAIN},
        {"<a@b[1.2.3.4]>", MALFORMED_DOMAIN},
        {"<a@[1.2.3.4]b>", MALFORMED_DOMAIN},
        {"<a@[1.2.3.4].b>", MALFORMED_DOMAIN},
        {"<a@" + "d".repeat(64) + ">", MALFORMED_DOMAIN},
        {"<a@[]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[1.2.3.4>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[1.2.3]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[1.2.3.4.5]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[1.2.3.256]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[1.2.3.0004]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[1.2..4]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[.1.2.3.4]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[1.2.3.4.]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[1.2.3.-4]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[ 1.2.3.4]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[[1.2.3.4]]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[1.2.3.4", MALFORMED_ADDRESS_LITERAL},
        {"<a@[2001:db8::1 ]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[IPv6:]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[IPv6:1.2.3.4]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[tag:]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[:x]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[tag-:x]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[t_g:x]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[tag:x\\]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[tag:x[]>", MALFORMED_ADDRESS_LITERAL},
        {"<a@[example.com]>", MALFORMED_ADDRESS_LITERAL},
        {"<a\0@b>", FORBIDDEN_CHARACTER},
        {"<\0>", FORBIDDEN_CHARACTER},
        {"<a.\0@b>", FORBIDDEN_CHARACTER},
        {"<a\u007f@b>", FORBIDDEN_CHARACTER},
        {"<a\r@b>", FORBIDDEN_CHARACTER},
        {"<a@b\r>", FORBIDDEN_CHARACTER},
        {"<a@b\n>", FORBIDDEN_CHARACTER},
        {"<a@b-\u0001>", FORBIDDEN_CHARACTER},
        {"<\"a\0\"@b>", FORBIDDEN_CHARACTER},
        {"<\"a\tb\"@b>", FORBIDDEN_CHARACTER},
        {"<\"\\\u007f\"@b>", FORBIDDEN_CHARACTER},
        {"<a@[1.2.3.4\0]>", FORBIDDEN_CHARACTER},
        {"<\u00fc@b>", NON_ASCII},
        {"<a\u0080@b>", NON_ASCII},
        {"<a@b\u00ff.c>", NON_ASCII},
        {"<a@\u00fc>", NON_ASCII},
        {"<\"\u00fc\"@b>", NON_ASCII},
        {"<\"\\\u00fc\"@b>", NON_ASCII},
        {"<a@[tag:\u00fc]>", NON_ASCII},
        {"<a@b\u00be", NON_ASCII},
        {"<" + LOCAL_64 + "l@b>", LOCAL_PART_TOO_LONG},
        {"<\"" + "q".repeat(63) + "\"@b>", LOCAL_PART_TOO_LONG},
        {"<a@" + DOMAIN_255 + ">", PATH_TOO_LONG},
        {"<a@" + DOMAIN_255 + ".d>", DOMAIN_TOO_LONG},
        {"<a@[tag:" + "x".repeat(250) + "]>", DOMAIN_TOO_LONG},
        {"<ab@" + DOMAIN_255.substring(0, 252) + ">", PATH_TOO_LONG},
        {"<" + LOCAL_64 + "@" + DOMAIN_255.substring(0, 190) + ">", PATH_TOO_LONG},
    };

    private final PathParser parser = new PathParser();

    @Test
    void shouldReadEveryMailboxWithAndWithoutSourceRoute() {
        for (final String mailbox : MAILBOXES) {
            for (final String route : new String[] {"", "@x:", "@x.example,@y_z.example,@1:", "@" + DOMAIN_255 + ":"}) {
                Placement.everywhere("<" + route + mailbox + ">", (in, from, to) -> {
                    for (int direction = 0; direction < 4; direction++) {
                        final boolean nonAscii = direction >= 2;
                        assertEquals(
                                NONE,
                                direction % 2 == 0
                                        ? parser.parseReversePath(in, from, to, nonAscii)
                                        : parser.parseForwardPath(in, from, to, nonAscii),
                                mailbox);
                        assertEquals(to, parser.end());
                        assertEquals(mailbox, Placement.text(in, parser.mailboxStart(), parser.mailboxEnd()));
                        assertEquals(
                                mailbox.substring(mailbox.lastIndexOf('@') + 1),
                                Placement.text(in, parser.domainStart(), parser.domainEnd()));
                        assertFalse(parser.isNull());
                        assertFalse(parser.isPostmaster());
                        assertTrue(parser.isAscii());
                    }
                });
            }
        }
    }

    @Test
    void shouldSayWhatIsWrongWithAPath() {
        for (final Object[] row : MALFORMED) {
            final String text = (String) row[0];
            Placement.everywhere(text, (in, from, to) -> {
                for (final boolean nonAscii : new boolean[] {row[1] != NON_ASCII, false}) {
                    assertEquals(row[1], parser.parseReversePath(in, from, to, nonAscii), text);
                    assertEquals(row[1], parser.parseForwardPath(in, from, to, nonAscii), text);
                    assertEquals(row[1], parser.error());
                }
            });
        }
    }

    @Test
    void shouldReadNullPathAsReversePathOnly() {
        Placement.everywhere("<>", (in, from, to) -> {
            assertEquals(NONE, parser.parseReversePath(in, from, to, false));
            assertTrue(parser.isNull());
            assertEquals(to, parser.end());
            assertEquals(parser.mailboxEnd(), parser.mailboxStart());
            assertEquals(parser.domainEnd(), parser.domainStart());
            assertEquals(EMPTY_PATH, parser.parseForwardPath(in, from, to, false));
        });
    }

    @Test
    void shouldReadBarePostmasterAsForwardPathOnly() {
        for (final String postmaster : new String[] {"postmaster", "Postmaster", "POSTMASTER", "pOsTmAsTeR"}) {
            Placement.everywhere("<" + postmaster + ">", (in, from, to) -> {
                assertEquals(NONE, parser.parseForwardPath(in, from, to, false));
                assertTrue(parser.isPostmaster());
                assertFalse(parser.isNull());
                assertEquals(to, parser.end());
                assertEquals(postmaster, Placement.text(in, parser.mailboxStart(), parser.mailboxEnd()));
                assertEquals(parser.domainEnd(), parser.domainStart());
                assertEquals(MISSING_DOMAIN, parser.parseReversePath(in, from, to, false));
            });
        }
    }

    @Test
    void shouldStopBehindThePath() {
        Placement.everywhere("<a@b> SIZE=1", (in, from, to) -> {
            assertEquals(NONE, parser.parseReversePath(in, from, to, false));
            assertEquals(from + 5, parser.end());
        });
    }

    @Test
    void shouldFindEveryPrefixOfAPathIncomplete() {
        for (final String mailbox : MAILBOXES) {
            final String path = "<@x,@y:" + mailbox + ">";
            for (int length = 0; length < path.length(); length++) {
                final String prefix = path.substring(0, length);
                final ArgumentError error = parser.parseForwardPath(Placement.buffer(prefix), 0, length, false);
                assertTrue(error != NONE && error != EMPTY_PATH, prefix);
            }
        }
    }

    @Test
    void shouldAgreeWithRegularExpressionOnRandomPaths() {
        final String atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
        final String label = "[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?";
        final String domain = label + "(?:\\." + label + ")*";
        final String quoted = "\"(?:[ !#-\\[\\]-~]|\\\\[ -~])*\"";
        final String path = "<(?:(?:@" + domain + ",)*@" + domain + ":)?(?:" + atom + "(?:\\." + atom + ")*|" + quoted
                + ")@" + domain + ">";
        final Pattern pattern = Pattern.compile(path);
        final Random random = new Random(821);
        final String alphabet = "ab1@@..,:\"\\-_ >";
        int valid = 0;
        for (int round = 0; round < 300_000; round++) {
            final StringBuilder text = new StringBuilder("<");
            for (int length = random.nextInt(9); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            final String whole = text.append(random.nextBoolean() ? "@b>" : ">").toString();
            final ByteBuffer in = ByteBuffer.wrap(whole.getBytes(US_ASCII));
            final boolean isPath =
                    parser.parseForwardPath(in, 0, whole.length(), false) == NONE && parser.end() == whole.length();
            assertEquals(pattern.matcher(whole).matches(), isPath, whole);
            valid += isPath ? 1 : 0;
        }
        assertTrue(valid > 1_000, "only " + valid + " valid paths");
    }
}
