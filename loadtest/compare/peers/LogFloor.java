import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The floor of durable mail: as {@link Floor}, but what came in one turn is written to a log and synced, once for all, before
 * anybody gets a 250. The log was filled with zeros at the start, so that a sync writes octets and no metadata, and is begun
 * again when it is full. Nothing could be read back: where a message begins is not written, nor whose pieces these are.
 *
 * <p>Usage: {@code java LogFloor PORT FILE}
 */
public final class LogFloor extends Floor {
    private static final int LOG_OCTETS = 256 << 20;
    private static final int BATCH_OCTETS = 8 << 20;

    private final FileChannel log;
    private final ByteBuffer batch = ByteBuffer.allocateDirect(BATCH_OCTETS);
    private final List<SocketChannel> accepted = new ArrayList<>();
    private long end;

    private LogFloor(final int port, final Path file) throws IOException {
        super(port);
        log = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        for (int i = 0; i < LOG_OCTETS / BATCH_OCTETS; i++) {
            batch.position(BATCH_OCTETS);
            append();
        }
        log.force(true);
    }

    public static void main(final String[] args) throws IOException {
        new LogFloor(Integer.parseInt(args[0]), Path.of(args[1])).run();
    }

    @Override
    void take(final ByteBuffer content, final int length) throws IOException {
        if (batch.remaining() < length) {
            append();
        }
        batch.put(content.flip());
    }

    @Override
    void complete(final SocketChannel channel) {
        accepted.add(channel);
    }

    @Override
    void endTurn() throws IOException {
        if (accepted.isEmpty()) {
            return;
        }
        append();
        log.force(false);
        for (final SocketChannel channel : accepted) {
            answer(channel);
        }
        accepted.clear();
    }

    private static void answer(final SocketChannel channel) {
        try {
            send(channel, OK);
        } catch (final IOException gone) {
            try {
                channel.close(); // the client went away: there is nobody to tell
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void append() throws IOException {
        batch.flip();
        if (end + batch.limit() > LOG_OCTETS) {
            end = 0;
        }
        while (batch.hasRemaining()) {
            end += log.write(batch, end);
        }
        batch.clear();
    }
}
