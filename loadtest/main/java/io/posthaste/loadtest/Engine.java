package io.posthaste.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.ZonedDateTime;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The closed-loop client: all connections on one thread and one selector. In the steady state, that is on kept
 * connections whose messages are accepted, it allocates nothing.
 *
 * <p>One thread launches, works and closes; {@link #stop} and {@link #tally} are open to any.
 */
final class Engine implements AutoCloseable {
    /** Longest wait for events, and how often deadlines are looked at. */
    private static final long TICK_MS = 20;

    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(TICK_MS);
    /** Replies are short; what does not fit is read in the next pass. */
    private static final int INPUT_LENGTH = 16 * 1024;

    private final LoadPlan plan;
    private final LongSupplier clock;
    private final Workload workload;
    private final Tally tally = new Tally();
    private final PhaseRecorder recorder = new PhaseRecorder();
    private final ByteBuffer input = ByteBuffer.allocateDirect(INPUT_LENGTH);
    private final Consumer<SelectionKey> onSelected = this::onSelected;
    private final Selector selector;
    private final Connection[] connections;

    private long startNs;
    private long nextTickNs;
    private boolean isDone;

    /**
     * @param clock nanoseconds, as {@link System#nanoTime}
     * @throws IllegalArgumentException if the message cannot be composed
     */
    Engine(LoadPlan plan, LongSupplier clock) throws IOException {
        this.plan = plan;
        this.clock = clock;
        this.workload = new Workload(plan.extent());
        final Commands commands = new Commands(plan.traffic());
        final MessageContent content = MessageContent.of(MessageContent.compose(plan.traffic(), ZonedDateTime.now()));
        this.selector = Selector.open();
        // More connections than messages would stand idle.
        this.connections =
                new Connection[(int) Math.min(plan.connections(), plan.extent().messages())];
        for (int i = 0; i < connections.length; i++) {
            final Dialogue dialogue = new Dialogue(plan, workload, tally, recorder);
            final Outbox outbox = new Outbox(commands, content);
            connections[i] = new Connection(plan, selector, clock, workload, tally, dialogue, outbox);
        }
    }

    /** Opens the connections. */
    void launch() {
        startNs = clock.getAsLong();
        nextTickNs = startNs + TICK_NS;
        workload.start(startNs);
        for (final Connection connection : connections) {
            connection.open(startNs);
        }
    }

    /** Waits for events, for a tick at most, and handles them; returns their number. */
    int doWork() throws IOException {
        final int selected = selector.select(onSelected, TICK_MS);
        final long nowNs = clock.getAsLong();
        if (nowNs - nextTickNs >= 0) {
            nextTickNs = nowNs + TICK_NS;
            onTick(nowNs);
        }
        return selected;
    }

    private void onSelected(SelectionKey key) {
        ((Connection) key.attachment()).onReady(input);
    }

    private void onTick(long nowNs) {
        boolean isOneLeft = false;
        for (final Connection connection : connections) {
            connection.onTick(nowNs);
            isOneLeft |= !connection.isFinished();
        }
        isDone = !isOneLeft;
    }

    /** Whether nothing is left to do. */
    boolean isDone() {
        return isDone;
    }

    /** Launches and works until the run is over. */
    Summary run() throws IOException {
        launch();
        while (!isDone()) {
            doWork();
        }
        return summary();
    }

    /** Begins no further message; those under way are finished. Any thread. */
    void stop() {
        workload.stop();
        selector.wakeup();
    }

    /** The message counts of this may be read by any thread. */
    Tally tally() {
        return tally;
    }

    /** What was measured, once the run is over. */
    Summary summary() {
        // What follows the last outcome (QUIT, and the tick that ends the run) is no part of the rate.
        final long endNs = tally.lastOutcomeNs() == 0 ? clock.getAsLong() : tally.lastOutcomeNs();
        return new Summary(plan, endNs - startNs, workload.end(), workload.notSent(), tally, recorder);
    }

    @Override
    public void close() throws IOException {
        for (final Connection connection : connections) {
            connection.release();
        }
        selector.close();
    }
}
