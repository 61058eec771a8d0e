package io.posthaste.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One thread's part of the client: its connections on one selector. In the steady state, that is on kept connections
 * whose messages are accepted, it allocates nothing.
 *
 * <p>One thread launches, works and closes; {@link #stop}, {@link #tally}, {@link #recorder} and {@link #backlog} are
 * open to any.
 */
final class Engine implements AutoCloseable {
    /** Longest wait for events, and how often deadlines are looked at. */
    private static final long TICK_MS = 20;

    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(TICK_MS);
    /** Messages begun in a row before replies are looked at again. */
    private static final int BEGIN_LIMIT = 64;
    /** Up to this time before a planned one the selector's own timeout is exact enough. */
    private static final long FINE_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(2);
    /** Replies are short, and what does not fit is read in the next pass; but a TLS record must. */
    private static final int INPUT_LENGTH = TlsBuffers.RECORD_LENGTH;

    private final LongSupplier clock;
    private final Course course;
    private final Workload workload;
    private final Tally tally = new Tally();
    private final PhaseRecorder recorder = new PhaseRecorder();
    private final ByteBuffer input = ByteBuffer.allocateDirect(INPUT_LENGTH);
    private final Consumer<SelectionKey> onSelected = this::onSelected;
    private final Selector selector;
    private final IdleQueue idle;
    private final Pacer pacer;
    private final Connection[] connections;
    private final boolean isClosedLoop;

    private long nextTickNs;
    private boolean isDone;

    /**
     * @param thread number of this engine, from 0
     * @param messages shared with other engines, as are course, accepted and wallClock
     */
    Engine(
            LoadPlan plan,
            int thread,
            LongSupplier clock,
            Course course,
            Messages messages,
            SequenceSet accepted,
            WallClock wallClock)
            throws IOException {
        this.clock = clock;
        this.course = course;
        this.isClosedLoop = plan.pace().isEmpty();
        this.workload = isClosedLoop
                ? new ClosedLoop(plan, course)
                : new OpenLoop(plan, plan.pace().get(), course, thread);
        this.selector = Selector.open();
        this.pacer = new Pacer(selector);
        final int count = (plan.openConnections() - thread + plan.threads() - 1) / plan.threads();
        this.connections = new Connection[count];
        this.idle = new IdleQueue(count);
        final Outcomes outcomes = new Outcomes(recorder, accepted, messages, tally);
        final Optional<TlsClient> tls =
                plan.tls().map(how -> new TlsClient(how, plan.target().getPort(), tally));
        final EngineParts parts = new EngineParts(plan, clock, selector, course, workload, idle, tally, outcomes, tls);
        final Commands commands = new Commands(plan.traffic());
        final Stamp stamp =
                new Stamp(plan.traffic().content().runId(), plan.traffic().recipients());
        for (int i = 0; i < count; i++) {
            final Dialogue dialogue = new Dialogue(plan, workload, tally, outcomes);
            final Outbox outbox = new Outbox(
                    commands,
                    messages,
                    stamp,
                    wallClock,
                    plan.traffic().manner().depth());
            connections[i] = new Connection(i * plan.threads() + thread, parts, dialogue, outbox);
        }
    }

    /** Opens the connections. */
    void launch() {
        final long nowNs = clock.getAsLong();
        nextTickNs = nowNs + TICK_NS;
        if (isClosedLoop) {
            course.start(nowNs);
        } else {
            pacer.launch();
        }
        for (final Connection connection : connections) {
            connection.open(nowNs);
        }
    }

    /** Waits for events or the next planned time, for a tick at most, and handles what there is; returns the events. */
    int doWork() throws IOException {
        final int selected = select(clock.getAsLong());
        long nowNs = clock.getAsLong();
        if (!isClosedLoop) {
            final boolean isAllBegun = beginDue(nowNs);
            nowNs = clock.getAsLong();
            if (isAllBegun) {
                workload.onPass(nowNs);
            }
        }
        if (nowNs - nextTickNs >= 0) {
            nextTickNs = nowNs + TICK_NS;
            onTick(nowNs);
        }
        return selected;
    }

    private int select(long nowNs) throws IOException {
        final long dueNs = idle.isEmpty() ? Workload.NEVER : workload.nextPlannedNs();
        if (dueNs == Workload.NEVER) {
            return selector.select(onSelected, TICK_MS);
        }
        final long waitNs = dueNs - nowNs;
        if (waitNs <= 0) {
            return selector.selectNow(onSelected);
        }
        if (waitNs > FINE_WAIT_NS) {
            return selector.select(onSelected, Math.min(TICK_MS, TimeUnit.NANOSECONDS.toMillis(waitNs) - 1));
        }
        pacer.arm(System.nanoTime() + waitNs);
        final int selected = selector.select(onSelected, TICK_MS);
        pacer.disarm();
        return selected;
    }

    private void onSelected(SelectionKey key) {
        ((Connection) key.attachment()).onReady(input);
    }

    /**
     * Begins what is due on the connections that are free, up to a limit; when nothing is left to begin they say QUIT.
     *
     * @return whether nothing that could begin is left
     */
    private boolean beginDue(long nowNs) {
        for (int i = 0; i < BEGIN_LIMIT; i++) {
            if (idle.isEmpty() || workload.hasMore(nowNs) && !workload.isDue(nowNs)) {
                return true;
            }
            idle.poll().onPolled();
        }
        return false;
    }

    private void onTick(long nowNs) {
        boolean isOneLeft = false;
        for (final Connection connection : connections) {
            connection.onTick(nowNs);
            isOneLeft |= !connection.isFinished();
        }
        if (!isOneLeft) {
            isDone = true;
            workload.onFinished(nowNs);
        }
    }

    /** Whether nothing is left to do. */
    boolean isDone() {
        return isDone;
    }

    /** Launches and works until this engine's part is over. */
    void run() throws IOException {
        launch();
        while (!isDone()) {
            doWork();
        }
    }

    /** Begins no further message; those under way are finished. Any thread. */
    void stop() {
        course.stop();
        selector.wakeup();
    }

    /** The message counts of this may be read by any thread. */
    Tally tally() {
        return tally;
    }

    /** Latencies of this engine. */
    PhaseRecorder recorder() {
        return recorder;
    }

    /** Messages that are due and wait for a free connection. Any thread. */
    long backlog() {
        return workload.backlog();
    }

    /** What was planned and sent; to be asked once the engine is done. */
    Workload workload() {
        return workload;
    }

    @Override
    public void close() throws IOException {
        pacer.close();
        for (final Connection connection : connections) {
            connection.release();
        }
        selector.close();
    }
}
