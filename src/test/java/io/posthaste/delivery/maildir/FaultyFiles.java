package io.posthaste.delivery.maildir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The machine's files, with faults where a test wants them, and a record of what was asked. */
final class FaultyFiles implements FileLayer {
    enum Call {
        CREATE,
        WRITE,
        SIZE,
        SYNC,
        MOVE,
        SYNC_DIRECTORY,
        DELETE
    }

    private static final int ALWAYS = 0;

    final List<Call> calls = new ArrayList<>();
    private final FileLayer files = new SystemFiles();
    private final Map<Call, Integer> faults = new EnumMap<>(Call.class);
    private final Map<Call, Integer> counts = new EnumMap<>(Call.class);
    private int longestWrite = Integer.MAX_VALUE;
    private boolean moveAnyway;
    private Error error;

    /** The {@code number}th call from now, counted from 1, fails. */
    void fail(final Call call, final int number) {
        faults.put(call, number);
        counts.remove(call);
    }

    /** The {@code number}th call from now, counted from 1, fails as nothing should. */
    void fail(final Call call, final int number, final Error withError) {
        fail(call, number);
        error = withError;
    }

    void failAlways(final Call call) {
        faults.put(call, ALWAYS);
    }

    /** A move that fails has happened all the same, as over a network. */
    void failToSayThatItMoved() {
        fail(Call.MOVE, 1);
        moveAnyway = true;
    }

    void heal() {
        faults.clear();
        error = null;
    }

    /** No write takes more than this many octets. */
    void writeShort(final int octets) {
        longestWrite = octets;
    }

    @Override
    public FileChannel create(final Path file) throws IOException {
        call(Call.CREATE, file);
        return files.create(file);
    }

    @Override
    public long write(final FileChannel file, final ByteBuffer[] buffers, final int from, final int to)
            throws IOException {
        if (isFaulty(Call.WRITE)) {
            // As a disk does that becomes full: a part is still taken.
            file.write(ByteBuffer.wrap(new byte[100]));
            throwError();
            throw new IOException("No space left on device");
        }
        if (longestWrite == Integer.MAX_VALUE) {
            return files.write(file, buffers, from, to);
        }
        final ByteBuffer buffer = buffers[from];
        final int limit = buffer.limit();
        buffer.limit(Math.min(limit, buffer.position() + longestWrite));
        final int written = file.write(buffer);
        buffer.limit(limit);
        return written;
    }

    @Override
    public long size(final FileChannel file) throws IOException {
        return files.size(file) - (isFaulty(Call.SIZE) ? 1 : 0);
    }

    @Override
    public void sync(final FileChannel file) throws IOException {
        call(Call.SYNC, null);
        files.sync(file);
    }

    @Override
    public void move(final Path from, final Path to) throws IOException {
        if (moveAnyway) {
            files.move(from, to);
        }
        call(Call.MOVE, from);
        files.move(from, to);
    }

    @Override
    public void syncDirectory(final Path directory) throws IOException {
        call(Call.SYNC_DIRECTORY, directory);
        files.syncDirectory(directory);
    }

    @Override
    public void delete(final Path file) throws IOException {
        call(Call.DELETE, file);
        files.delete(file);
    }

    private void call(final Call call, final Path file) throws IOException {
        if (isFaulty(call)) {
            throwError();
            throw new FileSystemException(String.valueOf(file), null, "Input/output error at " + call);
        }
    }

    private void throwError() {
        if (error != null) {
            throw error;
        }
    }

    private boolean isFaulty(final Call call) {
        calls.add(call);
        final int count = counts.merge(call, 1, Integer::sum);
        final Integer fault = faults.get(call);
        return fault != null && (fault == ALWAYS || fault == count);
    }
}
