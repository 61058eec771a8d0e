package io.posthaste.loadtest.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StampedMessageTest {
    private static final String TRACE =
            "Return-Path: <a@b>\r\nReceived: from x\r\n\tby y; Sun, 22 Nov 2026 06:16:34\r\n";
    private static final String RECEIVED = "Received: from x by y\r\n";

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReadEitherLineEnding(boolean isCrlf) throws IOException {
        final String text = TRACE + Messages.stamped(7, 2);
        final StampedMessage message = read(isCrlf ? text : text.replace("\r\n", "\n"));
        assertTrue(message.isIntact());
        assertEquals(7, message.stamp().orElseThrow().sequence());
        assertEquals(2, message.stamp().orElseThrow().recipients());
        assertEquals(1, message.weight());
    }

    @Test
    void shouldNormaliseLineEndingsWhereverTheBufferEnds() throws IOException {
        for (int i = 64 * 1024 - 600; i < 64 * 1024 + 10; i++) {
            final String body = "x".repeat(i) + "\r\n\r\nend\r\n";
            final String text = Messages.stamped(Messages.RUN, 1, 0, 1, body);
            assertTrue(read(text).isIntact(), "CRLF behind " + i);
            assertTrue(read(text.replace("\r\n", "\n")).isIntact(), "LF behind " + i);
            assertFalse(read(text + "\n").isIntact());
        }
    }

    @Test
    void shouldUnfoldTheField() throws IOException {
        final String text = Messages.stamped(7, 1);
        assertTrue(read(text.replace(" rcpt=", "\r\n rcpt=")).isIntact());
        assertTrue(read(text.replace(" rcpt=", "\n\trcpt=")).isIntact());
        assertTrue(read(text.replace("X-Posthaste-Load: ", "x-POSTHASTE-load:\r\n "))
                .isIntact());
    }

    @Test
    void shouldTellChangedBodiesFromDamagedStampsFromNone() throws IOException {
        final String text = Messages.stamped(7, 1);
        final StampedMessage changed = read(text.replace("Bye", "bye"));
        assertTrue(changed.stamp().isPresent());
        assertFalse(changed.isIntact());
        final StampedMessage damaged = read(text.replace("seq=00", "seq=01"));
        assertTrue(damaged.isStamped());
        assertTrue(damaged.stamp().isEmpty());
        assertFalse(damaged.isIntact());
        assertFalse(read("Subject: bounce\r\n\r\n" + text).isStamped());
        assertFalse(read("").isStamped());
        assertFalse(read("\r\n" + text).isStamped());
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1",
        "'Delivered-To: a@b\r\n', 1",
        "'Delivered-To: a@b\r\nX-Original-To: c@d\r\ndelivered-to: c@d\r\n', 2",
        "'Return-Path: <x@y>\r\nDelivered-To: a@b\r\nDelivered-To: c@d\r\nDelivered-To: e@f\r\n', 3"
    })
    void shouldWeighAFileByTheRecipientsOfItsLastDelivery(String fields, int weight) throws IOException {
        assertEquals(weight, read(fields + Messages.stamped(1, 1)).weight());
        assertEquals(weight, read(fields + RECEIVED + Messages.stamped(1, 1)).weight());
        final String forwarded = RECEIVED + "Delivered-To: alias@b\r\nDelivered-To: other@b\r\n" + RECEIVED;
        assertEquals(weight, read(fields + forwarded + Messages.stamped(1, 1)).weight());
        assertEquals(
                weight,
                read(fields + Messages.stamped(1, 1).replace("From:", "Delivered-To: a@b\r\nFrom:"))
                        .weight());
    }

    private static StampedMessage read(String text) throws IOException {
        return StampedMessage.read(new ByteArrayInputStream(Messages.octets(text)));
    }
}
