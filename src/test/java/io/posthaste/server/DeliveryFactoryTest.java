package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DeliveryFactoryTest {
    private static final String CHOICE =
            "maildir:DIR, spool:DIR, kafka://HOST:PORT/TOPIC, " + "smtp://HOST:PORT, lmtp://HOST:PORT or discard:";

    @Test
    void shouldOpenAMaildir(@TempDir final Path directory) throws IOException {
        final Path maildir = directory.resolve("a/mail:box");
        final DeliveryFactory factory = DeliveryFactory.parse("maildir:" + maildir);
        assertFalse(Files.exists(maildir), "parsing creates nothing");
        assertTrue(factory.keepsContent());
        try (Delivery delivery = factory.open("mx.example", 1000)) {
            assertEquals("maildir:" + maildir, delivery.description());
            assertEquals(delivery.description(), factory.toString());
            assertEquals(AcknowledgementLevel.FSYNC, delivery.acknowledgementLevel());
        }
        assertTrue(Files.isDirectory(maildir.resolve("cur")));
    }

    @Test
    void shouldKeepARelativeDirectoryAsItWasWritten() {
        assertEquals("maildir:./mail", DeliveryFactory.parse("maildir:./mail").toString());
    }

    @Test
    void shouldOpenDiscard() throws IOException {
        final DeliveryFactory factory = DeliveryFactory.parse("discard:");
        assertFalse(factory.keepsContent());
        assertEquals("discard:", factory.toString());
        try (Delivery delivery = factory.open("mx.example", 1000)) {
            assertEquals(AcknowledgementLevel.NONE, delivery.acknowledgementLevel());
        }
    }

    @Test
    void shouldOpenASpool(@TempDir final Path directory) throws IOException {
        final String spool = directory.resolve("spool") + "?size=9m&segment=2m";
        final DeliveryFactory factory = DeliveryFactory.parse("spool:" + spool);
        assertFalse(Files.exists(directory.resolve("spool")), "parsing creates nothing");
        assertTrue(factory.keepsContent());
        assertEquals("spool:" + spool, factory.toString());
        try (Delivery delivery = factory.open("mx.example", 1000)) {
            assertEquals("spool:" + directory.resolve("spool"), delivery.description());
            assertEquals(AcknowledgementLevel.FSYNC, delivery.acknowledgementLevel());
            assertTrue(delivery.keepsContent());
        }
        assertThrows(IllegalArgumentException.class, () -> factory.open("mx.example", 2 << 20));
    }

    @Test
    void shouldOpenAWayToTheNextServer() throws IOException {
        final String uri = "smtp://127.0.0.1:2526,[::1]:2527?tls=off&connections=3";
        final DeliveryFactory factory = DeliveryFactory.parse(uri);
        assertTrue(factory.keepsContent());
        assertEquals(uri, factory.toString());
        try (Delivery delivery = factory.open("mx.example", 1000)) {
            assertEquals("smtp://127.0.0.1:2526,[::1]:2527", delivery.description());
            assertEquals(AcknowledgementLevel.DOWNSTREAM, delivery.acknowledgementLevel());
            assertFalse(delivery.carriesDsn());
            assertTrue(delivery.answersLater());
        }
    }

    @Test
    void shouldKnowKafka() throws IOException {
        final DeliveryFactory factory = DeliveryFactory.parse("kafka://127.0.0.1:9092/mail?key=id");
        assertTrue(factory.keepsContent());
        assertEquals("kafka://127.0.0.1:9092/mail?key=id", factory.toString());
        try (Delivery delivery = factory.open("mx.example", 1000)) {
            assertEquals("kafka://127.0.0.1:9092/mail", delivery.description());
            assertEquals(AcknowledgementLevel.BROKER, delivery.acknowledgementLevel());
            assertTrue(delivery.carriesDsn());
        }
    }

    @Test
    void shouldRefuseOthersInOneLine() {
        assertRefused("foo:", "unknown delivery 'foo:': use " + CHOICE);
        assertRefused("foo:bar", "unknown delivery 'foo:': use " + CHOICE);
        assertRefused("discard", "unknown delivery 'discard': use " + CHOICE);
        assertRefused("", "unknown delivery '': use " + CHOICE);
        assertRefused(":x", "unknown delivery ':': use " + CHOICE);
        assertRefused("maildir:", "maildir: names no directory: use maildir:DIR");
        assertRefused("maildir: ", "maildir: names no directory: use maildir:DIR");
        assertRefused("maildir:a\0b", "maildir: is given a bad directory name: Nul character not allowed");
        assertRefused("spool:", "spool: names no directory: use spool:DIR");
        assertRefused(
                "spool:x?size=1", "spool: size must be at least 3 segments, but it is 1 octets and a segment 67108864");
        assertRefused("discard:x", "discard: takes nothing behind the colon, but got 'x'");
    }

    private static void assertRefused(final String uri, final String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> DeliveryFactory.parse(uri))
                        .getMessage());
    }
}
