package io.posthaste.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class HelloArgumentTest {
    private static final String DOMAIN_255 =
            String.join(".", "d".repeat(63), "d".repeat(63), "d".repeat(63), "d".repeat(63));

    private final HelloArgument argument = new HelloArgument();

    @Test
    void shouldReadTheNameWithoutTheWhiteSpaceAroundIt() {
        final String[] names = {
            "a",
            "localhost",
            "mx.example.com",
            "MX-1.EXAMPLE.COM",
            "my_laptop",
            "_x.y_",
            "127.0.0.1",
            "[127.0.0.1]",
            "[IPv6:::1]",
            "[tag:x]",
            DOMAIN_255,
        };
        for (final String name : names) {
            for (final String after : new String[] {"", " ", " \t "}) {
                for (final String before : new String[] {" ", "  ", "\t"}) {
                    Placement.everywhere(before + name + after, (in, from, to) -> {
                        assertEquals(ArgumentError.NONE, argument.parse(in, from, to), name);
                        assertEquals(name, Placement.text(in, argument.start(), argument.end()));
                    });
                }
            }
        }
    }

    @Test
    void shouldSayWhatIsWrongWithTheName() {
        final String[][] table = {
            {"", "MISSING_ARGUMENT"},
            {" ", "MISSING_ARGUMENT"},
            {" \t ", "MISSING_ARGUMENT"},
            {" a b", "UNEXPECTED_ARGUMENT"},
            {" a\tb", "UNEXPECTED_ARGUMENT"},
            {" [127.0.0.1] b", "UNEXPECTED_ARGUMENT"},
            {" a.", "MALFORMED_DOMAIN"},
            {" .a", "MALFORMED_DOMAIN"},
            {" a..b", "MALFORMED_DOMAIN"},
            {" -a", "MALFORMED_DOMAIN"},
            {" a-", "MALFORMED_DOMAIN"},
            {" a/b", "MALFORMED_DOMAIN"},
            {" <a>", "MALFORMED_DOMAIN"},
            {" a@b", "MALFORMED_DOMAIN"},
            {" a:25", "MALFORMED_DOMAIN"},
            {" ::1", "MALFORMED_DOMAIN"},
            {" " + "d".repeat(64), "MALFORMED_DOMAIN"},
            {" " + DOMAIN_255 + ".d", "DOMAIN_TOO_LONG"},
            {" [127.0.0.1", "MALFORMED_ADDRESS_LITERAL"},
            {" [127.0.0.256]", "MALFORMED_ADDRESS_LITERAL"},
            {" [::1]", "MALFORMED_ADDRESS_LITERAL"},
            {" [127.0.0.1]x", "MALFORMED_ADDRESS_LITERAL"},
            {" a\0b", "FORBIDDEN_CHARACTER"},
            {" a\rb", "FORBIDDEN_CHARACTER"},
            {" \u007f", "FORBIDDEN_CHARACTER"},
            {" b\u00fccher.example", "NON_ASCII"},
            {" \u00ff", "NON_ASCII"},
        };
        for (final String[] row : table) {
            Placement.everywhere(
                    row[0],
                    (in, from, to) ->
                            assertEquals(row[1], argument.parse(in, from, to).name(), row[0]));
        }
    }
}
