package io.posthaste.delivery.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.verify.StampScanner.Finding;
import io.posthaste.envelope.AllocationCounter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StampScannerTest {
    private static final StampedMessage MESSAGE = new StampedMessage(
            0x00c0ffee00c0ffeeL, 42, 1_795_328_194_567_890L, 3, "Hello.\r\n.dot\r\nX-Posthaste-Load: run=0\r\n");

    private final StampScanner scanner = new StampScanner();

    @Test
    void shouldReadAStampThatWasMadeByAnotherProgram() {
        final String text = "X-Posthaste-Load: run=00c0ffee00c0ffee seq=000000000042 sent=1795328194567890 rcpt=000003"
                + " body=3d80cd36 line=62320ab8\r\nSubject: x\r\n\r\nHello.\r\n.dot\r\n";
        assertEquals(Finding.STAMPED, scan(text));
        assertEquals(0x00c0ffee00c0ffeeL, scanner.run());
        assertEquals(42, scanner.sequence());
        assertEquals(1_795_328_194_567_890L, scanner.sentEpochUs());
        assertEquals(3, scanner.recipients());
        assertTrue(scanner.isBodyIntact());
        assertEquals(0xe3069283, StampedMessage.crc32c("123456789"), "the check value of CRC-32C");
    }

    @Test
    void shouldReadTheWidestNumbers() {
        final StampedMessage widest = new StampedMessage(-1, 999_999_999_999L, 9_999_999_999_999_999L, 999_999, "");
        assertEquals(Finding.STAMPED, scan(widest.text()));
        assertEquals(-1, scanner.run());
        assertEquals(999_999_999_999L, scanner.sequence());
        assertEquals(9_999_999_999_999_999L, scanner.sentEpochUs());
        assertEquals(999_999, scanner.recipients());
        assertTrue(scanner.isBodyIntact());
    }

    @Test
    void shouldFindTheSameAtEverySplitAndEveryPairOfSplits() {
        final String text =
                "Received: x\r\n\tby y\r\nX-Posthaste: no\r\n" + MESSAGE.text().replace(" seq", "\r\n seq");
        final byte[] octets = octets(text);
        for (int first = 0; first <= octets.length; first++) {
            for (int second = first; second <= octets.length; second++) {
                final String where = first + ", " + second;
                assertEquals(Finding.STAMPED, scan(octets, 0, first, second, octets.length), where);
                assertEquals(42, scanner.sequence(), where);
                assertTrue(scanner.isBodyIntact(), where);
            }
        }
    }

    @Test
    void shouldFindTheSameOctetByOctet() {
        final byte[] octets = octets(MESSAGE.relayedText());
        final int[] splits = new int[octets.length + 1];
        for (int i = 0; i < splits.length; i++) {
            splits[i] = i;
        }
        assertEquals(Finding.STAMPED, scan(octets, splits));
        assertTrue(scanner.isBodyIntact());
        assertEquals(3, scanner.recipients());
    }

    @Test
    void shouldNoticeEveryOctetOfTheFieldThatIsChanged() {
        final String text = MESSAGE.text();
        final int valueFrom = text.indexOf("run=");
        for (int i = valueFrom; i < text.indexOf("\r\n"); i++) {
            for (final char other : List.of('0', '1', 'g', 'z', '\u00e9', '\0')) {
                if (text.charAt(i) != other) {
                    final String changed = text.substring(0, i) + other + text.substring(i + 1);
                    final Finding finding = scan(changed);
                    // The octets of body= are covered by line=, those of line= are compared.
                    assertEquals(Finding.DAMAGED, finding, changed);
                }
            }
        }
    }

    @Test
    void shouldNoticeEveryOctetOfTheBodyThatIsChangedAddedOrLost() {
        final String text = MESSAGE.text();
        for (int i = text.indexOf("\r\n\r\n") + 4; i < text.length(); i++) {
            for (final String changed : List.of(
                    text.substring(0, i) + '\u0080' + text.substring(i + 1),
                    text.substring(0, i) + 'x' + text.substring(i),
                    text.substring(0, i) + text.substring(i + 1))) {
                assertEquals(Finding.STAMPED, scan(changed), changed);
                assertFalse(scanner.isBodyIntact(), changed);
                assertEquals(42, scanner.sequence(), changed);
            }
        }
    }

    @Test
    void shouldUnderstandWhatARelayMayDoToTheField() {
        final String text = MESSAGE.text();
        final String value = MESSAGE.field().substring("X-Posthaste-Load: ".length());
        final String line = value.substring(value.length() - 8);
        for (final String changed : List.of(
                text.replaceFirst("X-Posthaste-Load:", "x-posthaste-LOAD:"),
                text.replaceFirst("Load: ", "Load:"),
                text.replaceFirst("Load: ", "Load: \t "),
                text.replaceFirst("Load: ", "Load:\r\n "),
                text.replaceFirst(" rcpt=", "\r\n\trcpt="),
                text.replace(value, value + "  "),
                text.replace(line, line.toUpperCase(Locale.ROOT)),
                "Return-Path: <a@b>\nReceived: x\n" + text)) {
            assertEquals(Finding.STAMPED, scan(changed), changed);
            assertTrue(scanner.isBodyIntact(), changed);
        }
    }

    @Test
    void shouldReadAHeaderWhoseLinesEndWithLfAlone() {
        final String bare = MESSAGE.text(MESSAGE.field()).replace("\r\n", "\n");
        assertEquals(Finding.STAMPED, scan(bare));
        assertFalse(scanner.isBodyIntact(), "line ends are part of the body");
        assertEquals(42, scanner.sequence());
    }

    @Test
    void shouldTakeTheFirstFieldOnly() {
        final String text = MESSAGE.field() + "\r\n" + StampedMessage.of(7, 7).text();
        assertEquals(Finding.STAMPED, scan(text));
        assertEquals(42, scanner.sequence());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n",
                "\n",
                "\r",
                "X-Posthaste-Load",
                "Subject: x\r\n\r\nX-Posthaste-Load: run=0000000000000000 seq=0\r\n",
                "Subject: x\r\n X-Posthaste-Load: folded\r\n\r\nbody\r\n",
                "\r\nX-Posthaste-Load: in the body\r\n",
                "\nX-Posthaste-Load: in the body\r\n",
                "X-Posthaste-Load : blank before the colon\r\n\r\n",
                "XX-Posthaste-Load: longer\r\n\r\n"
            })
    void shouldFindNoStampWhereNoneIs(final String text) {
        assertEquals(Finding.UNSTAMPED, scan(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Posthaste-Load:",
                "X-Posthaste-Load:\r\n\r\n",
                "X-Posthaste-Load: \r\n\r\n",
                "X-Posthaste-Load: run=1\r\n\r\n",
                "X-Posthaste-Load:\r\nSubject: x\r\n\r\n"
            })
    void shouldSayThatAStampIsDamaged(final String text) {
        assertEquals(Finding.DAMAGED, scan(text));
    }

    @Test
    void shouldSayThatAStampOfAnotherLengthIsDamaged() {
        final String field = MESSAGE.field();
        assertEquals(Finding.DAMAGED, scan(MESSAGE.text(field + "0")));
        assertEquals(Finding.DAMAGED, scan(MESSAGE.text(field.substring(0, field.length() - 1))));
        assertEquals(Finding.DAMAGED, scan(MESSAGE.text(field + "0".repeat(1000))));
        assertEquals(Finding.DAMAGED, scan(MESSAGE.text(field + " ".repeat(1000) + "x")));
        assertEquals(Finding.DAMAGED, scan(MESSAGE.text(field + "\r\n and more")));
        assertEquals(Finding.DAMAGED, scan(MESSAGE.withRecipients(0).text()));
    }

    @Test
    void shouldRememberNothingOfTheMessageBefore() {
        assertEquals(Finding.STAMPED, scan(MESSAGE.text()));
        assertEquals(Finding.UNSTAMPED, scan("Subject: x\r\n\r\nbody\r\n"));
        assertEquals(Finding.DAMAGED, scan("X-Posthaste-Load: r"));
        assertEquals(Finding.STAMPED, scan(MESSAGE.text()));
        assertTrue(scanner.isBodyIntact());
    }

    @Test
    void shouldReadAStampAtTheVeryEnd() {
        final StampedMessage bodiless = MESSAGE.withBody("");
        for (final String end : List.of("", "\r", "\r\n", "\r\n\r", "\r\n\r\n", "\r\nSubject: x")) {
            assertEquals(end.equals("\r") ? Finding.DAMAGED : Finding.STAMPED, scan(bodiless.field() + end));
            assertTrue(scanner.isBodyIntact());
        }
    }

    @Test
    void shouldAllocateNothing() {
        final ByteBuffer span = ByteBuffer.allocateDirect(10_000);
        span.put(octets(MESSAGE.withBody("x".repeat(9_000)).relayedText())).flip();
        final int[] intact = new int[1];
        final long octets = AllocationCounter.octets(20_000, () -> {
            scanner.begin();
            scanner.consume(span.position(0));
            intact[0] += scanner.finish() == Finding.STAMPED && scanner.isBodyIntact() ? 1 : 0;
        });
        assertEquals(0, octets);
        assertTrue(intact[0] >= 40_000 && intact[0] % 20_000 == 0, "scanned " + intact[0]);
    }

    private Finding scan(final String text) {
        final byte[] octets = octets(text);
        return scan(octets, 0, octets.length);
    }

    /** Each span flush with the end of its buffer. */
    private Finding scan(final byte[] octets, final int... splits) {
        scanner.begin();
        for (int i = 1; i < splits.length; i++) {
            final int length = splits[i] - splits[i - 1];
            final ByteBuffer span = ByteBuffer.allocate(length + 1).put(1, octets, splits[i - 1], length);
            scanner.consume(span.position(1));
            assertEquals(span.limit(), span.position());
        }
        return scanner.finish();
    }

    private static byte[] octets(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
