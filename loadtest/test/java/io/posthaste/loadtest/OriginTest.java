package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class OriginTest {
    private static String command(String... arguments) {
        return new Origin(List.of(arguments), "v", Instant.EPOCH.atZone(ZoneOffset.UTC)).command();
    }

    @Test
    void shouldLeavePlainArgumentsAlone() {
        assertEquals(
                "posthaste load mx.test:25 --rate 1000..50000 --size mix:4k=70,64k=25 --to=a@b",
                command("mx.test:25", "--rate", "1000..50000", "--size", "mix:4k=70,64k=25", "--to=a@b"));
    }

    @Test
    void shouldQuoteWhatAShellWouldTakeForMore() {
        assertEquals("posthaste load '[::1]:25' --from ''", command("[::1]:25", "--from", ""));
        assertEquals("posthaste load --corpus 'it'\\''s $HOME; a'", command("--corpus", "it's $HOME; a"));
    }
}
