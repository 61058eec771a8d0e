package io.posthaste.delivery.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.posthaste.delivery.spool.SpoolSettings.Retention;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class SpoolSettingsTest {
    private static final long MEBI = 1L << 20;

    @Test
    void shouldHaveDefaults() {
        assertEquals(
                new SpoolSettings(Path.of("./spool"), 10L << 30, 64 * MEBI, Retention.ALL, 0),
                SpoolSettings.parse("./spool", 35 * MEBI));
    }

    @Test
    void shouldReadSettings() {
        assertEquals(
                new SpoolSettings(Path.of("/var/spool"), 2L << 40, 128 * MEBI, Retention.AGE, 604_800_000L),
                SpoolSettings.parse("/var/spool?size=2T&retain=7d&segment=128m", 35 * MEBI));
        assertEquals(Retention.NEWEST, SpoolSettings.parse("x?retain=newest", 0).retention());
        assertEquals(Retention.ALL, SpoolSettings.parse("x?retain=all", 0).retention());
    }

    @Test
    void shouldMakeSegmentsLargeEnoughForAMessageThatIsNotLarge() {
        assertEquals(64 * MEBI, SpoolSettings.parse("x", 150 * MEBI).segmentOctets());
        assertEquals(151 * MEBI, SpoolSettings.parse("x?large=1g", 150 * MEBI).segmentOctets());
        refused(
                "x?segment=64m&large=150m",
                150 * MEBI,
                "spool: a segment of 67108864 octets cannot hold a message of 157286400: raise segment or lower large");
        refused(
                "x?segment=1m",
                35 * MEBI,
                "spool: a segment of 1048576 octets cannot hold a message of 1179648: raise segment or lower large");
    }

    @Test
    void shouldReadWhatIsLarge() {
        assertEquals(MEBI, SpoolSettings.parse("x", 0).largeOctets());
        assertEquals(64L << 10, SpoolSettings.parse("x?large=64k", 0).largeOctets());
        refused("x?large=1k", 0, "spool: large must be at least 4k, not 1024 octets");
        refused(
                "x?size=200m&segment=64m",
                35 * MEBI,
                "spool: size must be at least 3 segments and a message of 36700160 octets, 238026752 octets in all,"
                        + " not 209715200");
        assertEquals(55 * MEBI, SpoolSettings.parse("x?size=200m", 35 * MEBI).segmentOctets());
        assertEquals(64 * MEBI, SpoolSettings.parse("x?size=200m", MEBI).segmentOctets());
    }

    @Test
    void shouldRefuseOthersInOneLine() {
        refused("", 0, "spool: names no directory: use spool:DIR");
        refused("?size=1g", 0, "spool: names no directory: use spool:DIR");
        refused("x?size=many", 0, "spool: 'size=many' is not a size: write it like size=10g");
        refused("x?size", 0, "spool: 'size' is not a size: write it like size=10g");
        refused("x?retain=long", 0, "spool: 'retain=long' is neither all, newest nor an age: write it like retain=7d");
        refused("x?", 0, "spool: does not know '': write spool:DIR?size=10g&segment=64m&retain=7d");
        refused("x?color=red", 0, "spool: does not know 'color=red': write spool:DIR?size=10g&segment=64m&retain=7d");
        refused(
                "x?size=100m",
                0,
                "spool: size must be at least 3 segments, but it is 104857600 octets and a segment" + " 67108864");
        refused("x?segment=9g&size=100g", 0, "spool: segment must be 64k to 8g, not 9663676416 octets");
    }

    private static void refused(final String text, final long largestMessage, final String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> SpoolSettings.parse(text, largestMessage))
                        .getMessage());
    }
}
