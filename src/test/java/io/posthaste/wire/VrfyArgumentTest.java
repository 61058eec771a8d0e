package io.posthaste.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class VrfyArgumentTest {
    private static final ParameterOptions OFFERED = ParameterOptions.of(false, Extension.SMTPUTF8);
    private static final ParameterOptions NOT_OFFERED = ParameterOptions.of(false);

    private final VrfyArgument argument = new VrfyArgument();

    @Test
    void shouldTakeTheStringAsItStands() {
        for (final String string : new String[] {
            "a",
            "user",
            "user@example.com",
            "<user@example.com>",
            "Bob Smith",
            "\"a b\"@c",
            "SMTPUTF8",
            "smtputf8",
            "aSMTPUTF8",
            "a SMTPUTF",
            "SMTPUTF8 a"
        }) {
            for (final String after : new String[] {"", " ", " \t"}) {
                Placement.everywhere(" " + string + after, (in, from, to) -> {
                    expect(in, from, to, OFFERED, string, false);
                    expect(in, from, to, NOT_OFFERED, string, false);
                });
            }
        }
    }

    @Test
    void shouldTakeTheParameterWhenItWasAnnounced() {
        final String[] strings = {
            "a", "Bob Smith", Placement.utf8("\u00fc"), Placement.utf8("<\u00fc@\u00fc>"), "SMTPUTF8"
        };
        for (final String string : strings) {
            for (final String after : new String[] {" SMTPUTF8", "\tsmtputf8", "  SmtpUtf8 "}) {
                Placement.everywhere(
                        " " + string + after, (in, from, to) -> expect(in, from, to, OFFERED, string, true));
            }
        }
        Placement.everywhere(" a SMTPUTF8", (in, from, to) -> expect(in, from, to, NOT_OFFERED, "a SMTPUTF8", false));
    }

    @Test
    void shouldSayWhatIsWrongWithTheArgument() {
        final String[][] table = {
            {"", "MISSING_ARGUMENT"},
            {" \t", "MISSING_ARGUMENT"},
            {" \u00fc", "NON_ASCII"},
            {Placement.utf8(" \u00fc"), "NON_ASCII"},
            {Placement.utf8(" \u00fc SMTPUTF"), "NON_ASCII"},
            {" \u00fc SMTPUTF8", "MALFORMED_UTF8"},
            {" a\u00c3 SMTPUTF8", "MALFORMED_UTF8"},
            {Placement.utf8(" \u009f SMTPUTF8"), "FORBIDDEN_CHARACTER"},
            {" a\0", "FORBIDDEN_CHARACTER"},
            {" a\rb SMTPUTF8", "FORBIDDEN_CHARACTER"},
            {" \u007f", "FORBIDDEN_CHARACTER"},
        };
        for (final String[] row : table) {
            Placement.everywhere(
                    row[0],
                    (in, from, to) -> assertEquals(
                            row[1], argument.parse(in, from, to, OFFERED).name(), row[0]));
        }
    }

    private void expect(
            final ByteBuffer in,
            final int from,
            final int to,
            final ParameterOptions options,
            final String string,
            final boolean isSmtpUtf8) {
        assertEquals(ArgumentError.NONE, argument.parse(in, from, to, options), string);
        assertEquals(string, Placement.text(in, argument.start(), argument.end()));
        assertEquals(isSmtpUtf8, argument.isSmtpUtf8(), string);
    }
}
