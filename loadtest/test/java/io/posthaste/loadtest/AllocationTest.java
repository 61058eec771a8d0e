package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine runs on the test's thread, the server on others, so the thread's counter is the engine's. */
@Timeout(60)
class AllocationTest {
    private static final int WARM_UP = 20_000;
    private static final int WINDOW = 5_000;
    /** The compiler may still be at work in the first windows; a message that allocates would do so in each. */
    private static final int WINDOWS = 4;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAllocateNothingPerMessage(boolean isPipelined) throws IOException {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long self = Thread.currentThread().getId();
        try (ScriptedServer server = new ScriptedServer().forgetful().launch()) {
            final Plans kept =
                    Plans.to(server.port()).messages(LoadPlan.UNLIMITED).connections(4);
            try (Engine engine = new Engine((isPipelined ? kept.pipelining() : kept).plan(), System::nanoTime)) {
                engine.launch();
                workUntil(engine, WARM_UP);
                long least = Long.MAX_VALUE;
                for (int window = 1; window <= WINDOWS; window++) {
                    final long before = threads.getThreadAllocatedBytes(self);
                    workUntil(engine, WARM_UP + (long) window * WINDOW);
                    least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
                }
                assertEquals(0, least, "bytes for " + WINDOW + " messages");
                assertEquals(0, engine.tally().rejected() + engine.tally().failed());
            }
        }
    }

    private static void workUntil(Engine engine, long accepted) throws IOException {
        while (engine.tally().accepted() < accepted) {
            engine.doWork();
        }
    }
}
