package io.posthaste.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.forward.ForwardCounters.Count;
import io.posthaste.forward.ScriptedForwarder.Given;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a forwarder goes on when the process has ended, in order or not. */
final class ForwardingRestartTest {
    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);

    @TempDir
    private Path temporary;

    private ForwardingFixture spool;

    @BeforeEach
    void open() throws IOException {
        spool = new ForwardingFixture(temporary.resolve("spool"));
    }

    @AfterEach
    void close() throws IOException {
        spool.close();
    }

    @Test
    void shouldGoOnWhereItWasWhenItEndsInOrder() throws IOException {
        final ScriptedForwarder first = new ScriptedForwarder();
        spool.stores("1", "2", "3", "4");
        spool.forwards(first);
        spool.works();
        first.given.get(1).delivered();
        first.given.get(2).deferred();
        spool.works();
        spool.ends();

        final ScriptedForwarder second = new ScriptedForwarder();
        spool.forwards(second);
        assertEquals(3, spool.count(Count.BACKLOG));
        assertEquals(2, spool.count(Count.POSSIBLE_DUPLICATES));
        spool.works();
        assertEquals(List.of("1", "4"), second.contents());
        spool.waits(HOUR_MS);
        assertEquals(List.of("1", "4", "3"), second.contents());
        assertEquals(1, second.given.get(2).message().attempts());
        second.given.forEach(Given::delivered);
        spool.stores("5");
        spool.works();
        second.given.get(3).delivered();
        spool.works();
        spool.ends();

        final ScriptedForwarder third = ScriptedForwarder.taking();
        spool.forwards(third);
        assertEquals(0, spool.count(Count.POSSIBLE_DUPLICATES));
        spool.works();
        assertEquals(List.of(), third.contents());
        assertEquals(0, spool.count(Count.BACKLOG));
    }

    @Test
    void shouldRepeatOnlyWhatWasInFlightWhenTheProcessIsKilled() throws IOException {
        final ScriptedForwarder first = new ScriptedForwarder();
        spool.stores("1", "2", "3");
        spool.forwards(first);
        spool.works();
        first.given.get(0).delivered();
        first.given.get(2).delivered();
        spool.works();

        final ScriptedForwarder second = ScriptedForwarder.taking();
        spool.forwards(second); // the first agent is not ended: its journal is as a killed process leaves it
        assertEquals(1, spool.count(Count.POSSIBLE_DUPLICATES));
        spool.works();
        assertEquals(List.of("2"), second.contents());
    }

    @Test
    void shouldBeginANewForwarderAtTheOldestMessage() throws IOException {
        final ScriptedForwarder first = ScriptedForwarder.taking();
        spool.stores("1", "2");
        spool.forwards(first);
        spool.works();
        spool.ends();
        final ScriptedForwarder other = ScriptedForwarder.taking();
        other.description = "other:";
        spool.forwards(other);
        spool.works();
        assertEquals(List.of("1", "2"), other.contents());
    }

    @Test
    void shouldPassOverWhatIsGone() throws IOException {
        final ScriptedForwarder first = new ScriptedForwarder();
        final String content = "x".repeat(20_000);
        try (ForwardingFixture unheld = new ForwardingFixture(temporary.resolve("unheld"), 4, Long.MAX_VALUE)) {
            unheld.forwards(first);
            unheld.stores(content, content);
            unheld.works();
            first.given.get(0).deferred();
            unheld.works();
            unheld.ends();
            // Nothing forwards to it any more, and the mail goes.
            for (int i = 0; i < 20; i++) {
                unheld.storesOnceThereIsRoom(content);
            }
            final ScriptedForwarder second = ScriptedForwarder.taking();
            unheld.forwards(second);
            unheld.works();
            unheld.waits(HOUR_MS);
            assertTrue(!second.given.isEmpty() && second.given.size() < 20, "given " + second.given.size());
            assertEquals(22 - second.given.size(), unheld.count(Count.MISSING));
            assertEquals(22, second.given.get(second.given.size() - 1).message().sequence());
            assertEquals(0, unheld.count(Count.BACKLOG));
        }
    }
}
