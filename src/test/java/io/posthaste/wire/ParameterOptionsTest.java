package io.posthaste.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ParameterOptionsTest {
    private static final Extension[] EXTENSIONS = Extension.values();

    private final MailArguments mail = new MailArguments();
    private final RcptArguments rcpt = new RcptArguments();

    @Test
    void shouldKnowTheParametersOfTheExtensionsAnnouncedAndNoOther() {
        for (int subset = 0; subset < 1 << EXTENSIONS.length; subset++) {
            final Set<Extension> announced = EnumSet.noneOf(Extension.class);
            for (final Extension extension : EXTENSIONS) {
                if ((subset & 1 << extension.ordinal()) != 0) {
                    announced.add(extension);
                }
            }
            final ParameterOptions options = ParameterOptions.of(false, announced.toArray(new Extension[0]));
            Arrays.stream(EXTENSIONS)
                    .forEach(extension -> assertEquals(announced.contains(extension), options.has(extension)));
            final boolean hasBody =
                    announced.contains(Extension.EIGHT_BIT_MIME) || announced.contains(Extension.BINARY_MIME);
            expectMail(options, "SIZE=1", announced.contains(Extension.SIZE));
            expectMail(options, "SMTPUTF8", announced.contains(Extension.SMTPUTF8));
            expectMail(options, "RET=FULL", announced.contains(Extension.DSN));
            expectMail(options, "ENVID=x", announced.contains(Extension.DSN));
            expectMail(options, "BODY=7BIT", hasBody);
            expectBody(options, "BODY=8BITMIME", hasBody, announced.contains(Extension.EIGHT_BIT_MIME));
            expectBody(options, "BODY=BINARYMIME", hasBody, announced.contains(Extension.BINARY_MIME));
            expectMail(options, "NOTIFY=NEVER", false);
            expectRcpt(options, "NOTIFY=NEVER", announced.contains(Extension.DSN));
            expectRcpt(options, "ORCPT=rfc822;a", announced.contains(Extension.DSN));
            expectRcpt(options, "SIZE=1", false);
            expectRcpt(options, "BODY=7BIT", false);
            expectRcpt(options, "SMTPUTF8", false);
        }
    }

    @Test
    void shouldCallAParameterUnknownRatherThanMalformedOrDuplicateWhenItsExtensionIsOff() {
        final ParameterOptions none = ParameterOptions.of(false);
        for (final String parameter :
                new String[] {"SIZE=x", "SIZE=1 SIZE=1", "BODY", "SMTPUTF8=1", "RET=x", "ENVID=+"}) {
            expectMail(none, parameter, false);
        }
        for (final String parameter : new String[] {"NOTIFY=x", "ORCPT=x", "NOTIFY=NEVER NOTIFY=NEVER"}) {
            expectRcpt(none, parameter, false);
        }
    }

    private void expectMail(final ParameterOptions options, final String parameter, final boolean isKnown) {
        expectBody(options, parameter, isKnown, true);
    }

    private void expectBody(
            final ParameterOptions options, final String parameter, final boolean isKnown, final boolean isType) {
        final ArgumentError expected = !isKnown
                ? ArgumentError.UNKNOWN_PARAMETER
                : isType ? ArgumentError.NONE : ArgumentError.UNKNOWN_BODY_TYPE;
        final String line = " FROM:<a@b> " + parameter;
        final ByteBuffer in = Placement.buffer(line);
        assertEquals(expected, mail.parse(in, 0, line.length(), options), parameter);
    }

    private void expectRcpt(final ParameterOptions options, final String parameter, final boolean isKnown) {
        final String line = " TO:<a@b> " + parameter;
        final ByteBuffer in = Placement.buffer(line);
        assertEquals(
                isKnown ? ArgumentError.NONE : ArgumentError.UNKNOWN_PARAMETER,
                rcpt.parse(in, 0, line.length(), options, false),
                parameter);
    }
}
