package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The promise of 250 with a spool: what was acknowledged is there and whole, though the process was killed in the middle of
 * its work; what was refused is not.
 *
 * <p>More rounds by hand, with their counts at the end: {@code mvn -pl src test -Dtest=SpoolKillTest
 * -Dposthaste.kill.rounds=300}.
 */
final class SpoolKillTest {
    private static final int ROUNDS = Integer.getInteger("posthaste.kill.rounds", 3);
    /** Rounds on one spool, each on what the one before left; then a new one. */
    private static final int ROUNDS_A_SPOOL = 20;

    @TempDir
    private Path temporary;

    @Test
    @Timeout(60)
    void shouldKeepASecondProcessOut() throws Exception {
        final String[] arguments = {"serve", "--listen=127.0.0.1:0", "--deliver=spool:spool?size=200m"};
        try (ServerProcess first = ServerProcess.start(temporary, Map.of(), arguments)) {
            first.port();
            try (ServerProcess second = ServerProcess.start(temporary, Map.of(), arguments)) {
                assertEquals(1, second.exitCode());
                assertEquals(
                        List.of("posthaste: cannot deliver to spool:spool?size=200m: spool is in use: another process"
                                + " writes to it"),
                        second.errorLines());
            }
            assertTrue(first.isAlive());
        }
    }

    @Test
    @Timeout(3600)
    void shouldLoseNothingThatWasAcknowledgedAndKeepNothingThatWasRefused() throws Exception {
        long acknowledged = 0;
        long refused = 0;
        long unacknowledged = 0;
        long torn = 0;
        long parts = 0;
        for (int round = 0; round < ROUNDS; ) {
            final SpoolKillRounds rounds = new SpoolKillRounds(temporary.resolve("spool" + round), round);
            for (int i = 0; i < ROUNDS_A_SPOOL && round < ROUNDS; i++) {
                rounds.run();
                round++;
            }
            rounds.end();
            acknowledged += rounds.acknowledged();
            refused += rounds.refused();
            unacknowledged += rounds.unacknowledged();
            torn += rounds.tornEnds();
            parts += rounds.leftParts();
        }
        assertTrue(acknowledged >= ROUNDS, "acknowledged " + acknowledged);
        System.out.println("kills " + ROUNDS + ", acknowledged " + acknowledged + " and all there, refused " + refused
                + " and none there, stored without their 250 heard " + unacknowledged + ", torn ends " + torn
                + ", large contents cut off in the middle and deleted " + parts);
    }
}
