package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LiveLineTest {
    @Test
    void shouldTellWhatWasAcceptedSinceTheLineBefore() {
        final Tally tally = new Tally();
        try (LiveLine live = new LiveLine(tally, System.err)) {
            for (int i = 1; i <= 1500; i++) {
                tally.onAccepted(i);
            }
            assertEquals("   1 s  1,500 accepted (1,500 in the last second)  0 rejected  0 failed", live.line(1));
            tally.onAccepted(1501);
            tally.onRejected(1502);
            tally.onFailed(1503);
            assertEquals("   2 s  1,501 accepted (1 in the last second)  1 rejected  1 failed", live.line(2));
        }
    }
}
