package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine runs on the test's thread, the server on others, so the thread's counter is the engine's. */
@Timeout(60)
class AllocationTest {
    private static final int WARM_UP = 10_000;
    private static final int WINDOW = 2_000;
    /** The compiler may still be at work in the first windows; a message that allocates would do so in each. */
    private static final int WINDOWS = 4;

    private static List<Plans> shapes() {
        final Plans kept = Plans.to(25).messages(LoadPlan.UNLIMITED).connections(4);
        return List.of(
                kept,
                kept.pipelining(),
                kept.sizes(SizeMix.parse("mix:1k=5,3k=3,8k=1")),
                kept.chunking(),
                kept.chunking().pipelining().depth(4),
                // More than any server takes, so that messages wait; and little enough that connections do.
                kept.rate(1_000_000),
                kept.rate(2_000),
                kept.pace(RateProfile.ramp(100_000, 500_000, TimeUnit.MINUTES.toNanos(1)), Arrivals.Spacing.POISSON));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void shouldAllocateNothingPerMessage(Plans plans) throws IOException {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long self = Thread.currentThread().getId();
        try (ScriptedServer server = new ScriptedServer().forgetful().launch();
                LoadRun run = new LoadRun(plans.port(server.port()).plan(), System::nanoTime, HistogramLog.NONE)) {
            final Engine engine = run.engines().get(0);
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

    private static void workUntil(Engine engine, long accepted) throws IOException {
        while (engine.tally().accepted() < accepted) {
            engine.doWork();
        }
    }
}
