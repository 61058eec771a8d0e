package io.posthaste.loadtest;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * One of the connections that the load keeps open: the socket below a {@link Dialogue}, opened again when it ends
 * while there is more to send.
 *
 * <p>A connection that ends without any message accepted or rejected is barren, unless it was free and merely had
 * nothing to do. After a barren one the next is opened with growing delay, and after {@value #MAX_BARREN} in a row none
 * any more: a run ends whatever the server does.
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

    private final LoadPlan plan;
    private final int number;
    private final EngineParts parts;
    private final Dialogue dialogue;
    private final Outbox outbox;

    private Stage stage = Stage.EXPECT_REOPENING;
    private SelectionKey key;
    private SocketChannel channel;
    private Wire wire;
    /** The wire again, once TLS has begun. */
    private TlsWire tls;

    private long deadlineNs;
    private int barren;
    private boolean isSettled;
    private boolean isSending;

    private boolean isQueued;
    private long idleSinceNs;

    /** @param number among the connections of the run, from 0 */
    Connection(int number, EngineParts parts, Dialogue dialogue, Outbox outbox) {
        this.plan = parts.plan();
        this.number = number;
        this.parts = parts;
        this.dialogue = dialogue;
        this.outbox = outbox;
    }

    /** Opens the connection; its end, at once or later, is dealt with here. */
    void open(long nowNs) {
        stage = Stage.OPEN;
        deadlineNs = nowNs + plan.timeoutNs();
        outbox.clear();
        isSending = false;
        dialogue.onOpening(nowNs);
        try {
            channel = SocketChannel.open();
            wire = new PlainWire(channel);
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (!plan.sources().isAny()) {
                channel.bind(plan.sources().address(number));
            }
            final boolean isConnected = channel.connect(plan.target());
            key = channel.register(
                    parts.selector(), isConnected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
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
            if (dialogue.isSecuring()) {
                handshake(input);
                return;
            }
            if (key.isWritable()) {
                write();
            }
            if (key.isReadable()) {
                read(input);
            }
        } catch (IOException e) {
            lose(reasonOf(e), e.getMessage(), parts.clock().getAsLong());
        } catch (RuntimeException e) {
            close(CloseReason.DEFECT, e.toString(), parts.clock().getAsLong());
        }
    }

    private void onConnectable() throws IOException {
        try {
            channel.finishConnect();
        } catch (IOException e) {
            close(connectReason(e), e.getMessage(), parts.clock().getAsLong());
            return;
        }
        key.interestOps(SelectionKey.OP_READ);
        onConnected(parts.clock().getAsLong());
    }

    private void onConnected(long nowNs) throws IOException {
        deadlineNs = nowNs + plan.timeoutNs();
        perform(dialogue.onConnected(nowNs), nowNs);
    }

    private void startTls(long nowNs) {
        deadlineNs = nowNs + plan.timeoutNs();
        try {
            tls = parts.tls().orElseThrow().over(channel);
            wire = tls;
            tls.launch();
            awaitRoom(!tls.isFlushed());
        } catch (IOException e) {
            lose(reasonOf(e), e.getMessage(), nowNs);
        }
    }

    private void handshake(ByteBuffer input) throws IOException {
        final boolean isFinished = tls.handshake();
        awaitRoom(!tls.isFlushed());
        if (isFinished) {
            final Wire secured = wire;
            final long nowNs = parts.clock().getAsLong();
            perform(dialogue.onSecured(nowNs), nowNs);
            if (wire == secured && wire.hasInput()) {
                read(input);
            }
        }
    }

    private void read(ByteBuffer input) throws IOException {
        final Wire readFrom = wire;
        do {
            input.clear();
            final int length = wire.read(input);
            final long nowNs = parts.clock().getAsLong();
            if (length < 0) {
                lose(CloseReason.END_OF_STREAM, null, nowNs);
                return;
            }
            perform(dialogue.onInput(input.flip(), nowNs, isSending), nowNs);
        } while (wire == readFrom && wire.hasInput());
        if (wire == readFrom && !wire.isFlushed()) {
            awaitRoom(true);
        }
    }

    private void perform(Move asked, long nowNs) throws IOException {
        if (asked == Move.BEGIN) {
            onReadyForTransaction(nowNs);
        } else if (asked == Move.CLOSE) {
            close(dialogue.closeReason(), null, nowNs);
        } else if (asked == Move.START_TLS) {
            startTls(nowNs);
        } else if (asked != Move.AWAIT) {
            send(asked, nowNs);
        } else if (dialogue.isOver()) {
            deadlineNs = Math.min(deadlineNs, nowNs + MAX_LINGER_NS);
            wire.shutDown();
        }
    }

    /** Begins at once, or queues up behind those that have been free for longer: first come, first served. */
    private void onReadyForTransaction(long nowNs) throws IOException {
        settle(nowNs);
        if (parts.idle().isEmpty() || dialogue.isSpent()) {
            begin(nowNs);
        } else {
            rest(nowNs);
        }
    }

    private void begin(long nowNs) throws IOException {
        final Move move = dialogue.begin(nowNs);
        if (move == Move.AWAIT) {
            rest(nowNs);
        } else {
            send(move, nowNs);
        }
    }

    private void rest(long nowNs) {
        idleSinceNs = nowNs;
        if (!isQueued) {
            isQueued = true;
            parts.idle().offer(this);
        }
    }

    /** The connection was taken out of the idle queue: begins what is due, or says QUIT if the work is over. */
    void onPolled() {
        isQueued = false;
        if (stage != Stage.OPEN || !dialogue.isReady()) {
            return;
        }
        final long nowNs = parts.clock().getAsLong();
        final long dueNs = Math.max(parts.workload().nextPlannedNs(), idleSinceNs);
        try {
            begin(nowNs);
            if (dialogue.batch().size() > 0) {
                parts.outcomes().onBegunFromIdle(dueNs, nowNs);
            }
        } catch (IOException e) {
            lose(reasonOf(e), e.getMessage(), parts.clock().getAsLong());
        } catch (RuntimeException e) {
            close(CloseReason.DEFECT, e.toString(), parts.clock().getAsLong());
        }
    }

    private void settle(long nowNs) {
        if (!isSettled) {
            isSettled = true;
            parts.course().onSettled(nowNs);
        }
    }

    private void send(Move move, long nowNs) throws IOException {
        dialogue.onSending(nowNs);
        outbox.load(move, dialogue.recipient(), dialogue.batch(), dialogue.transactionStartNs());
        deadlineNs = nowNs + plan.timeoutNs();
        isSending = true;
        write();
    }

    /** Writes at once; asks for OP_WRITE only after a short write. */
    private void write() throws IOException {
        final long length = outbox.writeTo(wire);
        final boolean isShort = !outbox.isEmpty() || !wire.isFlushed();
        awaitRoom(isShort);
        if (isShort) {
            if (length > 0) {
                deadlineNs = parts.clock().getAsLong() + plan.timeoutNs();
            }
            return;
        }
        // The wire may have had something of its own to write, besides what was sent.
        final boolean wasSending = isSending;
        isSending = false;
        if (wasSending && outbox.isContent()) {
            final long nowNs = parts.clock().getAsLong();
            deadlineNs = nowNs + plan.timeoutNs();
            dialogue.onContentSent(nowNs);
        }
    }

    private void awaitRoom(boolean isShort) {
        final int interest = isShort ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    /** Looks at the deadlines; called now and then. A connection that is free has none. */
    void onTick(long nowNs) {
        if (stage == Stage.FINISHED || nowNs - deadlineNs < 0) {
            return;
        }
        if (stage == Stage.EXPECT_REOPENING) {
            reopen(nowNs);
        } else if (!dialogue.isReady()) {
            lose(CloseReason.TIMED_OUT, null, nowNs);
        }
    }

    /** Closes for something that befell the connection, which is of no account once the dialogue is over. */
    private void lose(CloseReason reason, String detail, long nowNs) {
        close(dialogue.isOver() ? CloseReason.COMPLETED : reason, detail, nowNs);
    }

    private void close(CloseReason reason, String detail, long nowNs) {
        final boolean wasFree = dialogue.isReady();
        dialogue.onClosed(reason, detail, nowNs);
        release();
        settle(nowNs);
        if (dialogue.hasOutcome()) {
            barren = 0;
            reopen(nowNs);
        } else if (!parts.workload().hasMore(nowNs)) {
            finish(nowNs);
        } else if (wasFree) {
            reopenLater(FIRST_DELAY_NS, nowNs);
        } else if (++barren < MAX_BARREN) {
            reopenLater(FIRST_DELAY_NS << (barren - 1), nowNs);
        } else {
            finish(nowNs);
        }
    }

    private void reopenLater(long delayNs, long nowNs) {
        stage = Stage.EXPECT_REOPENING;
        deadlineNs = nowNs + delayNs;
    }

    private void reopen(long nowNs) {
        if (parts.workload().hasMore(nowNs)) {
            open(nowNs);
        } else {
            finish(nowNs);
        }
    }

    private void finish(long nowNs) {
        stage = Stage.FINISHED;
        if (parts.workload().hasMore(nowNs)) {
            parts.tally().onGivenUp();
        }
    }

    /** Closes the socket, whatever state it is in. Idempotent. */
    void release() {
        if (wire != null) {
            try {
                wire.close();
            } catch (IOException e) {
                // Nothing is lost: the connection's end has been counted.
            }
        }
        wire = null;
        tls = null;
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
        if (e instanceof NotTlsException) {
            return CloseReason.NOT_TLS;
        }
        if (e instanceof SSLException) {
            return CloseReason.TLS_FAILED;
        }
        if (e instanceof EOFException) {
            return CloseReason.END_OF_STREAM;
        }
        return mentions(e, "reset") || mentions(e, "Broken pipe") ? CloseReason.CONNECTION_RESET : CloseReason.IO_ERROR;
    }

    private static boolean mentions(IOException e, String words) {
        return e.getMessage() != null && e.getMessage().contains(words);
    }
}
