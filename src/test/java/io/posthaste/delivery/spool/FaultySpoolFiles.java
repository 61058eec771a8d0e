package io.posthaste.delivery.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The machine's files, with faults where a test wants them, and a count of what was asked. */
final class FaultySpoolFiles implements SpoolFiles {
    enum Call {
        CREATE,
        OPEN,
        WRITE,
        FORCE,
        FORCE_ALL,
        TRUNCATE,
        RENAME,
        SYNC_DIRECTORY,
        DELETE,
        /** Of a file that was created or opened here; it is closed all the same. */
        CLOSE
    }

    static final String INPUT_OUTPUT_ERROR = "Input/output error";
    static final String NO_SPACE = "No space left on device";

    private final SpoolFiles files = new SystemSpoolFiles();
    private final Map<Call, Integer> counts = new EnumMap<>(Call.class);
    private final Map<Call, Integer> faults = new EnumMap<>(Call.class);
    private String message = INPUT_OUTPUT_ERROR;
    private final Map<Call, Error> errors = new EnumMap<>(Call.class);
    private final List<FileChannel> channels = new ArrayList<>();
    private int longestWrite = Integer.MAX_VALUE;
    private Thread onlyThread;
    private CountDownLatch forceGate;
    private Semaphore renames;

    /** The {@code number}th call of a kind from now on the calling thread, counted from 1, fails; 0 makes all fail. */
    synchronized void fail(final Call call, final int number) {
        onlyThread = Thread.currentThread();
        faults.put(call, number);
        counts.remove(call);
    }

    /** All calls of a kind fail on every thread. */
    synchronized void failEverywhere(final Call call, final String reason) {
        onlyThread = null;
        message = reason;
        faults.put(call, 0);
    }

    /** The next call of a kind on the calling thread fails as nothing should. */
    synchronized void failOnce(final Call call, final Error withError) {
        failOnce(call, Thread.currentThread(), withError);
    }

    /** The next call of a kind on that thread fails as nothing should. */
    synchronized void failOnce(final Call call, final Thread thread, final Error withError) {
        fail(call, 1);
        onlyThread = thread;
        errors.put(call, withError);
    }

    synchronized void heal() {
        faults.clear();
        errors.clear();
        longestWrite = Integer.MAX_VALUE;
    }

    /** No write takes more than this many octets. */
    synchronized void writeShort(final int octets) {
        longestWrite = octets;
    }

    /** The next sync of the calling thread waits for the gate. */
    synchronized void holdForce(final CountDownLatch gate) {
        forceGate = gate;
    }

    /** From now on each rename needs a permit. */
    synchronized void holdRenames(final Semaphore permits) {
        renames = permits;
    }

    /** Files that were created or opened and not closed. */
    synchronized long openCount() {
        return channels.stream().filter(FileChannel::isOpen).count();
    }

    synchronized int count(final Call call) {
        return counts.getOrDefault(call, 0);
    }

    @Override
    public FileChannel create(final Path file) throws IOException {
        call(Call.CREATE);
        return kept(files.create(file));
    }

    @Override
    public FileChannel open(final Path file) throws IOException {
        call(Call.OPEN);
        return kept(files.open(file));
    }

    @Override
    public long write(final FileChannel file, final ByteBuffer[] buffers, final int from, final int to)
            throws IOException {
        if (isFaulty(Call.WRITE)) {
            throwError(Call.WRITE);
            // As a disk does that fails in the middle: a part is taken.
            final ByteBuffer buffer = buffers[from];
            file.write(buffer.duplicate().limit(buffer.position() + (buffer.remaining() + 1) / 2));
            throw new FileSystemException(file.toString(), null, message);
        }
        final int longest;
        synchronized (this) {
            longest = longestWrite;
        }
        if (longest == Integer.MAX_VALUE) {
            return files.write(file, buffers, from, to);
        }
        final ByteBuffer buffer = buffers[from];
        final int limit = buffer.limit();
        buffer.limit(Math.min(limit, buffer.position() + longest));
        final int written = file.write(buffer);
        buffer.limit(limit);
        return written;
    }

    @Override
    public void force(final FileChannel file) throws IOException {
        call(Call.FORCE);
        final CountDownLatch gate;
        synchronized (this) {
            gate = Thread.currentThread().getName().contains("preparer") ? null : forceGate;
        }
        if (gate != null) {
            awaitGate(gate::await);
        }
        files.force(file);
    }

    @Override
    public void forceAll(final FileChannel file) throws IOException {
        call(Call.FORCE_ALL);
        files.forceAll(file);
    }

    @Override
    public void truncate(final FileChannel file, final long size) throws IOException {
        call(Call.TRUNCATE);
        files.truncate(file, size);
    }

    @Override
    public void rename(final Path from, final Path to) throws IOException {
        call(Call.RENAME);
        final Semaphore permits;
        synchronized (this) {
            permits = renames;
        }
        if (permits != null) {
            awaitGate(permits::tryAcquire);
        }
        files.rename(from, to);
    }

    @Override
    public void syncDirectory(final FileChannel directory) throws IOException {
        call(Call.SYNC_DIRECTORY);
        files.syncDirectory(directory);
    }

    @Override
    public void delete(final Path file) throws IOException {
        call(Call.DELETE);
        files.delete(file);
    }

    private void call(final Call call) throws IOException {
        if (isFaulty(call)) {
            throwError(call);
            throw new FileSystemException(call.name(), null, message);
        }
    }

    private synchronized FileChannel kept(final FileChannel channel) {
        final FileChannel kept = new FaultyChannel(channel, () -> call(Call.CLOSE));
        channels.add(kept);
        return kept;
    }

    private synchronized void throwError(final Call call) {
        final Error thrown = errors.remove(call);
        if (thrown != null) {
            throw thrown;
        }
    }

    private synchronized boolean isFaulty(final Call call) {
        if (onlyThread != null && onlyThread != Thread.currentThread()) {
            return false;
        }
        final int count = counts.merge(call, 1, Integer::sum);
        final Integer fault = faults.get(call);
        return fault != null && (fault == 0 || fault == count);
    }

    @FunctionalInterface
    private interface Gate {
        boolean await(long timeout, TimeUnit unit) throws InterruptedException;
    }

    private static void awaitGate(final Gate gate) throws IOException {
        try {
            if (!gate.await(20, TimeUnit.SECONDS)) {
                throw new IOException("the gate was never opened");
            }
        } catch (final InterruptedException e) {
            throw new IOException(e);
        }
    }
}
