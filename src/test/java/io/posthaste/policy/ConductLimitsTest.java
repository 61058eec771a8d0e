package io.posthaste.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class ConductLimitsTest {
    private static final ConductLimits ODD = new ConductLimits(1, 2, 3, 4, 5, 6, 7, EarlyTalker.REJECT);

    @Test
    void shouldChangeOnlyWhatIsNamed() {
        assertEquals(new ConductLimits(9, 2, 3, 4, 5, 6, 7, EarlyTalker.REJECT), ODD.withErrors(9));
        assertEquals(new ConductLimits(1, 9, 3, 4, 5, 6, 7, EarlyTalker.REJECT), ODD.withIdleCommands(9));
        assertEquals(new ConductLimits(1, 2, 9, 4, 5, 6, 7, EarlyTalker.REJECT), ODD.withRefusedRecipients(9));
        assertEquals(new ConductLimits(1, 2, 3, 9, 5, 6, 7, EarlyTalker.REJECT), ODD.withCommandsPerSecond(9));
        assertEquals(new ConductLimits(1, 2, 3, 4, 9, 6, 7, EarlyTalker.REJECT), ODD.withSessionNs(9));
        assertEquals(new ConductLimits(1, 2, 3, 4, 5, 9, 7, EarlyTalker.REJECT), ODD.withContentOctetsPerSecond(9));
        assertEquals(
                new ConductLimits(1, 2, 3, 4, 5, 6, 9, EarlyTalker.NOTE), ODD.withGreetingDelay(9, EarlyTalker.NOTE));
    }

    @Test
    void shouldRefuseLimitsThatCannotWork() {
        assertThrows(IllegalArgumentException.class, () -> ODD.withErrors(-1));
        assertThrows(IllegalArgumentException.class, () -> ODD.withIdleCommands(-1));
        assertThrows(IllegalArgumentException.class, () -> ODD.withRefusedRecipients(-1));
        assertThrows(IllegalArgumentException.class, () -> ODD.withCommandsPerSecond(0));
        assertThrows(IllegalArgumentException.class, () -> ODD.withSessionNs(0));
        assertThrows(IllegalArgumentException.class, () -> ODD.withContentOctetsPerSecond(-1));
        final long greatest = ConductLimits.GREATEST_GREETING_DELAY_NS;
        assertEquals(greatest, ODD.withGreetingDelay(greatest, EarlyTalker.NOTE).greetingDelayNs());
        assertThrows(IllegalArgumentException.class, () -> ODD.withGreetingDelay(greatest + 1, EarlyTalker.NOTE));
        assertThrows(IllegalArgumentException.class, () -> ODD.withGreetingDelay(-1, EarlyTalker.NOTE));
    }
}
