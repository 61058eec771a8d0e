package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StandingWarningsTest {
    private final RecordedLog log = new RecordedLog();
    private final SettableTime time = new SettableTime();
    private final StandingWarnings warnings = new StandingWarnings(log, time);

    @Test
    void shouldTellEachOnceADayForAsLongAsItLasts() {
        assertTrue(warnings.tell(Map.of("a", "a is bad"), false));
        assertEquals(List.of("WARN a is bad"), log.take());
        time.passes(Duration.ofHours(23));
        assertFalse(warnings.tell(Map.of("a", "a is bad"), false));
        assertEquals(List.of(), log.take());
        time.passes(Duration.ofHours(1));
        assertFalse(warnings.tell(Map.of("a", "a is bad"), false), "no news");
        assertEquals(List.of("WARN a is bad"), log.take());
        time.passes(Duration.ofHours(23));
        warnings.tell(Map.of("a", "a is bad"), false);
        assertEquals(List.of(), log.take(), "a day from when it was told last");
    }

    @Test
    void shouldTellWhatIsNewAndWhatIsOver() {
        warnings.tell(Map.of("a", "a is bad"), false);
        log.take();
        assertTrue(warnings.tell(Map.of("a", "a is bad", "b", "b is bad"), false));
        assertEquals(List.of("WARN b is bad"), log.take());
        assertTrue(warnings.tell(Map.of("a", "a is worse", "b", "b is bad"), false));
        assertEquals(List.of("WARN a is worse"), log.take());
        assertFalse(warnings.tell(Map.of("b", "b is bad"), false));
        assertEquals(List.of("INFO a is in order again"), log.take());
        assertTrue(warnings.tell(Map.of("a", "a is worse", "b", "b is bad"), false), "it came back");
        assertEquals(List.of("WARN a is worse"), log.take());
    }

    @Test
    void shouldTellAllToWhoeverAsks() {
        warnings.tell(Map.of("a", "a is bad"), false);
        log.take();
        assertFalse(warnings.tell(Map.of("a", "a is bad"), true));
        assertEquals(List.of("WARN a is bad"), log.take());
    }

    /** A clock that was put right must not silence them until it is where it was. */
    @Test
    void shouldTellAgainWhenTheClockGoesBack() {
        warnings.tell(Map.of("a", "a is bad"), false);
        log.take();
        time.passes(Duration.ofDays(-400));
        warnings.tell(Map.of("a", "a is bad"), false);
        assertEquals(List.of("WARN a is bad"), log.take());
        warnings.tell(Map.of("a", "a is bad"), false);
        assertEquals(List.of(), log.take());
    }
}
