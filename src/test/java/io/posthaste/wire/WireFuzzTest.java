package io.posthaste.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;

/**
 * Every parser of the wire against a {@link Reference} written with strings and patterns, at every alignment and with
 * garbage behind the input ({@link Placement}). Each runs its seeds in every build and any octets with {@code -Pfuzz}.
 */
final class WireFuzzTest {
    private static final ParameterOptions TOLERANT =
            ParameterOptions.of(true, Extension.SIZE, Extension.EIGHT_BIT_MIME);
    private static final ParameterOptions STRICT = ParameterOptions.of(false, Extension.SIZE, Extension.EIGHT_BIT_MIME);

    /** Octets of an input; the longest command line fits. */
    private static final int LIMIT = 2048;

    private final HelloArgument hello = new HelloArgument();
    private final MailArguments mail = new MailArguments();
    private final RcptArguments rcpt = new RcptArguments();
    private final ProxyHeader proxy = new ProxyHeader();

    @FuzzTest
    void shouldFindTheFirstLf(final byte[] input) {
        final String text = text(input);
        final int expected = text.indexOf('\n');
        Placement.everywhere(
                text,
                (in, from, to) -> assertEquals(
                        expected < 0 ? LineScanner.NOT_FOUND : from + expected, LineScanner.indexOfLf(in, from, to)));
    }

    @FuzzTest
    void shouldFindControlOctets(final byte[] input) {
        final String text = text(input);
        final boolean expected = Reference.CONTROL.matcher(text).find();
        Placement.everywhere(text, (in, from, to) -> assertEquals(expected, ControlOctets.isAnyIn(in, from, to)));
    }

    @FuzzTest
    void shouldKnowTheVerb(final byte[] input) {
        final String text = text(input);
        final Verb expected = Reference.verb(text);
        Placement.everywhere(text, (in, from, to) -> assertEquals(expected, Verb.of(in, from, to)));
    }

    @FuzzTest
    void shouldReadTheHelloArgument(final byte[] input) {
        final String text = text(input);
        final Matcher expected = Reference.HELLO.matcher(text);
        final boolean isDomain = expected.matches() && expected.group("name").length() <= PathParser.DOMAIN_LIMIT;
        final ArgumentError error = hello.parse(Placement.buffer(text), 0, text.length());
        Placement.everywhere(text, (in, from, to) -> {
            assertEquals(error, hello.parse(in, from, to));
            assertTrue(from <= hello.start() && hello.start() <= hello.end() && hello.end() <= to);
            final String name = Placement.text(in, hello.start(), hello.end());
            if (isDomain) {
                assertEquals(expected.group("name"), name);
            } else if (error == ArgumentError.NONE) {
                assertTrue(Reference.LITERAL.matcher(name).matches(), name);
                assertEquals(name, text.replaceAll("^[ \t]+|[ \t]+$", ""));
            }
            assertTrue(!isDomain || error == ArgumentError.NONE, error.name());
        });
    }

    @FuzzTest
    void shouldReadTheMailArguments(final byte[] input) {
        final String text = text(input);
        final ByteBuffer flush = Placement.buffer(text);
        final ArgumentError tolerant = mail.parse(flush, 0, text.length(), TOLERANT);
        final ArgumentError strict = mail.parse(flush, 0, text.length(), STRICT);
        final Reference.Path path = Reference.mail(text);
        Placement.everywhere(text, (in, from, to) -> {
            assertEquals(tolerant, mail.parse(in, from, to, TOLERANT));
            assertEquals(strict, mail.parse(in, from, to, STRICT));
            assertAgrees(path, strict, mail.path(), in, from, to);
            if (path != null) {
                assertEquals(path.size(), mail.declaredSize());
                assertEquals(path.eightBit(), mail.bodyType() == BodyType.EIGHT_BIT_MIME);
            }
        });
        assertTrue(strict != ArgumentError.NONE || tolerant == ArgumentError.NONE, "strict takes more than tolerant");
    }

    @FuzzTest
    void shouldReadTheRcptArguments(final byte[] input) {
        final String text = text(input);
        final ByteBuffer flush = Placement.buffer(text);
        final ArgumentError tolerant = rcpt.parse(flush, 0, text.length(), TOLERANT, false);
        final ArgumentError strict = rcpt.parse(flush, 0, text.length(), STRICT, false);
        final Reference.Path path = Reference.rcpt(text);
        Placement.everywhere(text, (in, from, to) -> {
            assertEquals(tolerant, rcpt.parse(in, from, to, TOLERANT, false));
            assertEquals(strict, rcpt.parse(in, from, to, STRICT, false));
            assertAgrees(path, strict, rcpt.path(), in, from, to);
        });
        assertTrue(strict != ArgumentError.NONE || tolerant == ArgumentError.NONE, "strict takes more than tolerant");
    }

    @FuzzTest
    void shouldReadTheProxyHeader(final byte[] input) {
        final String text = text(input);
        final ProxyReference expected = ProxyReference.of(text);
        Placement.everywhere(
                text,
                (in, from, to) ->
                        assertEquals(expected, ProxyReference.of(proxy, proxy.parse(in, from, to), in, from)));
        final ByteBuffer in = Placement.buffer(text);
        final int answer = proxy.parse(in, 0, text.length());
        boolean decided = false;
        for (int length = 0; length < text.length(); length++) {
            final int early = proxy.parse(in, 0, length);
            assertTrue(early == answer || early == ProxyHeader.INCOMPLETE && !decided, "at " + length);
            decided |= early != ProxyHeader.INCOMPLETE;
        }
    }

    /** An input is the content; its first octet, if there is one, also says where it is split. */
    @FuzzTest
    void shouldFindTheEndOfData(final byte[] input) {
        final String text = text(input);
        final Reference.Content expected = Reference.content(text);
        final int piece = input.length == 0 ? 1 : 1 + (input[0] & 0x1F);
        Placement.everywhere(text, (in, from, to) -> {
            assertEquals(expected, receive(in, from, to, text.length() + 1));
            assertEquals(expected, receive(in, from, to, piece));
            assertEquals(expected, receive(in, from, to, 1));
        });
    }

    /** What a caller of {@link EndOfData} does, in pieces of so many octets. */
    private static Reference.Content receive(final ByteBuffer in, final int from, final int to, final int piece) {
        final StringBuilder content = new StringBuilder();
        int state = EndOfData.LINE_START;
        boolean bare = false;
        int position = from;
        while (position < to) {
            final int pieceEnd = Math.min(to, position + piece);
            while (position < pieceEnd) {
                final long answer = EndOfData.scan(in, position, pieceEnd, state);
                final int next = EndOfData.position(answer);
                final int kept = next - EndOfData.withheld(answer);
                assertTrue(position <= kept && kept <= next && next <= pieceEnd, "positions");
                content.append(Placement.text(in, position, kept));
                position = next;
                state = EndOfData.state(answer);
                final int event = EndOfData.event(answer);
                bare |= event == EndOfData.BARE_CR || event == EndOfData.BARE_LF;
                if (event == EndOfData.END_OF_DATA) {
                    assertEquals(EndOfData.LINE_START, state);
                    return new Reference.Content(bare ? "" : content.toString(), position - from, bare);
                }
            }
        }
        return new Reference.Content(bare ? "" : content.toString(), Reference.NO_END, bare);
    }

    private static void assertAgrees(
            final Reference.Path expected,
            final ArgumentError error,
            final PathParser path,
            final ByteBuffer in,
            final int from,
            final int to) {
        if (expected == null) {
            final boolean isAccepted = error == ArgumentError.NONE;
            final boolean hasLiteral = isAccepted && in.get(path.domainStart()) == '[';
            assertTrue(!isAccepted || hasLiteral, "accepted, but not in the grammar");
        } else {
            assertEquals(ArgumentError.NONE, error);
            assertEquals(expected.mailbox(), Placement.text(in, path.mailboxStart(), path.mailboxEnd()));
            assertEquals(expected.mailbox().isEmpty(), path.isNull());
        }
        if (error == ArgumentError.NONE) {
            assertTrue(from < path.mailboxStart() && path.mailboxStart() <= path.domainStart(), "order");
            assertTrue(path.domainStart() <= path.mailboxEnd() && path.mailboxEnd() < path.end(), "order");
            assertTrue(path.end() <= to, "range");
            assertEquals('>', in.get(path.mailboxEnd()));
        }
    }

    private static String text(final byte[] input) {
        return new String(Arrays.copyOf(input, Math.min(input.length, LIMIT)), StandardCharsets.ISO_8859_1);
    }
}
