package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProcessLimitsTest {
    @Test
    void shouldLeaveAFileForTheLargeContentOfEachConnection() {
        assertEquals(256, ProcessLimits.connections(1024));
        assertEquals(32_512, ProcessLimits.connections(65_536));
        assertEquals(1, ProcessLimits.connections(100));
    }

    @Test
    void shouldWarnOfMoreConnectionsThanTheHeapHolds() {
        assertEquals(Optional.empty(), ProcessLimits.heapWarning(20_000, 1024, 20_000L * 1024));
        assertEquals(
                Optional.of(
                        "max-connections is 20000, which may take 19 MiB of heap, but this Java may have only 16: start"
                                + " it with a larger -Xmx, or allow fewer"),
                ProcessLimits.heapWarning(20_000, 1024, 16L << 20));
    }

    @Test
    void shouldWarnOfMoreConnectionsThanFilesAllow() {
        assertEquals(List.of(), ProcessLimits.warnings(1, 1));
        final List<String> warnings = ProcessLimits.warnings(1, Integer.MAX_VALUE);
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).contains("ulimit -n"), warnings.get(0));
    }
}
