package io.posthaste.loadtest;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One of the connections that the load keeps open: the socket below a {@link Dialogue}, opened again when it ends
 * while there is more to send.
 *
 * <p>A connection that ends without any message accepted or rejected is barren. After a barren one the next is opened
 * with growing delay, and after {@value #MAX_BARREN} in a row none any more: a run ends whatever the server does.
 *
 * <p>Engine thread only.
 */
final class Connection {
    /** Barren connections in a row after which none is opened any more. */
    static final int MAX_BARREN = 5;

    private static final long FIRST_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(50);
    /** How long the server may take to close after its reply to QUIT, before this side closes. */
    private static final long MAX_LINGER_NS = TimeUnit.SECONDS.toNanos(1);

    private enum Stage {
        EXPECT_REOPENING,
        OPEN,
        FINISHED
    }

    private final InetSocketAddress target;
    private final long timeoutNs;
    private final Selector selector;
    private final LongSupplier clock;
    private final Workload workload;
    private final Tally tally;
    private final Dialogue dialogue;
    private final Outbox outbox;

    private Stage stage = Stage.EXPECT_REOPENING;
    private SocketChannel channel;
    private SelectionKey key;
    private long deadlineNs;
    private int barren;

    Connection(
            LoadPlan plan,
            Selector selector,
            LongSupplier clock,
            Workload workload,
            Tally tally,
            Dialogue dialogue,
            Outbox outbox) {
        this.target = plan.target();
        this.timeoutNs = plan.timeoutNs();
        this.selector = selector;
        this.clock = clock;
        this.workload = workload;
        this.tally = tally;
        this.dialogue = dialogue;
        this.outbox = outbox;
    }

    /** Opens the connection; its end, at once or later, is dealt with here. */
    void open(long nowNs) {
        stage = Stage.OPEN;
        deadlineNs = nowNs + timeoutNs;
        outbox.clear();
        dialogue.onOpening(nowNs);
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            final boolean isConnected = channel.connect(target);
            key = channel.register(selector, isConnected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
            if (isConnected) {
                onConnected(nowNs);
            }
        } catch (IOException e) {
            close(connectReason(e), e.getMessage(), nowNs);
        }
    }

    /**
     * Does what the selector found possible.
     *
     * @param input room for what is read, borrowed for the call
     */
    void onReady(ByteBuffer input) {
        if (stage != Stage.OPEN) {
            return;
        }
        try {
            if (key.isConnectable()) {
                onConnectable();
                return;
            }
            if (key.isWritable()) {
                write();
            }
            if (key.isReadable()) {
                read(input);
            }
        } catch (IOException e) {
            lose(reasonOf(e), e.getMessage(), clock.getAsLong());
        } catch (RuntimeException e) {
            close(CloseReason.DEFECT, e.toString(), clock.getAsLong());
        }
    }

    private void onConnectable() throws IOException {
        try {
            channel.finishConnect();
        } catch (IOException e) {
            close(connectReason(e), e.getMessage(), clock.getAsLong());
            return;
        }
        key.interestOps(SelectionKey.OP_READ);
        onConnected(clock.getAsLong());
    }

    private void onConnected(long nowNs) {
        deadlineNs = nowNs + timeoutNs;
        dialogue.onConnected(nowNs);
    }

    private void read(ByteBuffer input) throws IOException {
        input.clear();
        final int length = channel.read(input);
        final long nowNs = clock.getAsLong();
        if (length < 0) {
            lose(CloseReason.END_OF_STREAM, null, nowNs);
            return;
        }
        perform(dialogue.onInput(input.flip(), nowNs, !outbox.isEmpty()), nowNs);
    }

    private void perform(Move asked, long nowNs) throws IOException {
        final Move move = asked == Move.BEGIN ? dialogue.begin(nowNs) : asked;
        if (move == Move.CLOSE) {
            close(dialogue.closeReason(), null, nowNs);
        } else if (move != Move.AWAIT) {
            outbox.load(move, dialogue.recipient());
            dialogue.onSending(nowNs);
            deadlineNs = nowNs + timeoutNs;
            write();
        } else if (dialogue.isOver()) {
            deadlineNs = Math.min(deadlineNs, nowNs + MAX_LINGER_NS);
        }
    }

    /** Writes at once; asks for OP_WRITE only after a short write. */
    private void write() throws IOException {
        final boolean wasShort = (key.interestOps() & SelectionKey.OP_WRITE) != 0;
        final int length = outbox.writeTo(channel);
        if (!outbox.isEmpty()) {
            if (length > 0) {
                deadlineNs = clock.getAsLong() + timeoutNs;
            }
            if (!wasShort) {
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
            return;
        }
        if (wasShort) {
            key.interestOps(SelectionKey.OP_READ);
        }
        if (outbox.isContent()) {
            final long nowNs = clock.getAsLong();
            deadlineNs = nowNs + timeoutNs;
            dialogue.onContentSent(nowNs);
        }
    }

    /** Looks at the deadlines; called now and then. */
    void onTick(long nowNs) {
        if (stage == Stage.FINISHED || nowNs - deadlineNs < 0) {
            return;
        }
        if (stage == Stage.EXPECT_REOPENING) {
            reopen(nowNs);
        } else {
            lose(CloseReason.TIMED_OUT, null, nowNs);
        }
    }

    /** Closes for something that befell the connection, which is of no account once the dialogue is over. */
    private void lose(CloseReason reason, String detail, long nowNs) {
        close(dialogue.isOver() ? CloseReason.COMPLETED : reason, detail, nowNs);
    }

    private void close(CloseReason reason, String detail, long nowNs) {
        dialogue.onClosed(reason, detail, nowNs);
        release();
        if (dialogue.hasOutcome()) {
            barren = 0;
            reopen(nowNs);
        } else if (++barren < MAX_BARREN && workload.hasMore(nowNs)) {
            stage = Stage.EXPECT_REOPENING;
            deadlineNs = nowNs + (FIRST_DELAY_NS << (barren - 1));
        } else {
            finish(nowNs);
        }
    }

    private void reopen(long nowNs) {
        if (workload.hasMore(nowNs)) {
            open(nowNs);
        } else {
            finish(nowNs);
        }
    }

    private void finish(long nowNs) {
        stage = Stage.FINISHED;
        if (workload.hasMore(nowNs)) {
            tally.onGivenUp();
        }
    }

    /** Closes the socket, whatever state it is in. Idempotent. */
    void release() {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing is lost: the connection's end has been counted.
            }
        }
        channel = null;
        key = null;
    }

    boolean isFinished() {
        return stage == Stage.FINISHED;
    }

    private static CloseReason connectReason(IOException e) {
        return mentions(e, "refused") ? CloseReason.CONNECT_REFUSED : CloseReason.CONNECT_FAILED;
    }

    private static CloseReason reasonOf(IOException e) {
        return mentions(e, "reset") || mentions(e, "Broken pipe") ? CloseReason.CONNECTION_RESET : CloseReason.IO_ERROR;
    }

    private static boolean mentions(IOException e, String words) {
        return e.getMessage() != null && e.getMessage().contains(words);
    }
}
