package io.posthaste.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BaselinesTest {
    @Test
    void shouldTellBaselinesByTheirNames() {
        assertTrue(Baselines.isBaseline("baselineScanByByte"));
        assertFalse(Baselines.isBaseline("scan"));
    }

    @Test
    void shouldFindTheMethodWhoseNameFollows() {
        assertEquals(
                Optional.of("mail"),
                Baselines.counterpart("baselineMailAsString", List.of("rcpt", "mail", "baselineMailAsString")));
    }

    @Test
    void shouldTakeTheLongestName() {
        assertEquals(
                Optional.of("armAndDisarm"),
                Baselines.counterpart("baselineArmAndDisarmTreeSet", List.of("arm", "armAndDisarm")));
    }

    @Test
    void shouldCompareWholeWordsOnly() {
        assertEquals(Optional.empty(), Baselines.counterpart("baselineMailboxAsString", List.of("mail")));
    }
}
