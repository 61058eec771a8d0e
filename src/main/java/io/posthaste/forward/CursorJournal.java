package io.posthaste.forward;

import io.posthaste.delivery.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The file of a cursor: records that are appended, and now and then all of it written anew, atomically. Big-endian.
 *
 * <pre>
 *   header:  0  "PHCURSR", version    8     record:  0  CRC32C of what follows   4
 *            8  CRC32C of the rest    4              4  octets of the payload    4
 *           12  octets of identity    4              8  type                     1
 *           16  identity, UTF-8                      9  payload
 *
 *   READ     sequence 8, segment 8, its generation 8, offset 8   what is before it and not OPEN is settled
 *   OPEN     sequence 8, segment 8, offset 8, stored 8, attempts 4, next attempt 8, words 4, words of open recipients 8 each
 *   SETTLED  sequence 8
 *   CLOSED   messages that were under way 4
 *   SEGMENT  number 8, generation 8                              the last one read from: it tells one spool from another
 * </pre>
 *
 * What is behind the first record that is not whole does not count: those messages are forwarded once more. Forwarding thread
 * only. Nothing is written before {@link #rewrite}.
 */
final class CursorJournal implements AutoCloseable {
    static final String SUFFIX = ".cursor";

    private static final String PREFIX = "forwarder-";
    private static final String UNFINISHED = ".new";
    private static final byte[] MAGIC = "PHCURSR\1".getBytes(StandardCharsets.ISO_8859_1);
    private static final int HEADER_OCTETS = 16;
    private static final int FRAME_OCTETS = 9;
    private static final byte READ = 1;
    private static final byte OPEN = 2;
    private static final byte SETTLED = 3;
    private static final byte CLOSED = 4;
    private static final byte SEGMENT = 5;
    private static final int OPEN_OCTETS = 5 * Long.BYTES + 2 * Integer.BYTES;
    private static final int NAME_OCTETS = 8;
    private static final int FIRST_BUFFER = 64 * 1024;
    /** Octets appended at which it is worth while to write anew; and at least twice what was written then. */
    private static final long LEAST_REWRITE = 1024 * 1024;

    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);

    private final Path directory;
    private final Path file;
    private final String identity;
    private final Opener opener;
    private final CRC32C crc32c = new CRC32C();
    private ByteBuffer unwritten = ByteBuffer.allocate(FIRST_BUFFER);
    /** Null until it was written anew once, and after a failure. */
    private FileChannel channel;

    private long rewrittenOctets;
    private long appendedOctets;
    private boolean unsynced;

    /** What it asks of the machine to write the file anew. */
    interface Opener {
        FileChannel open(Path file) throws IOException;

        /** Makes the names in a directory durable. */
        default void syncDirectory(final Path directory) throws IOException {
            PrivateFiles.syncDirectory(directory);
        }
    }

    /** What is in it, from the beginning. */
    interface Visitor {
        void onRead(long sequence, long segmentNumber, long generation, long offset);

        void onOpen(OpenMessage message);

        void onSettled(long sequence);

        void onClosed(int inFlight);

        void onSegment(long number, long generation);
    }

    CursorJournal(final Path directory, final String identity) {
        this(directory, identity, file -> FileChannel.open(file, CREATE, PrivateFiles.file()));
    }

    CursorJournal(final Path directory, final String identity, final Opener opener) {
        this.opener = opener;
        this.directory = directory;
        this.identity = identity;
        file = directory.resolve(fileName(identity));
    }

    static String fileName(final String identity) {
        try {
            final byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_8));
            return PREFIX + HexFormat.of().formatHex(digest, 0, NAME_OCTETS) + SUFFIX;
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Whose cursor a file is; null when it does not say. */
    static String identityIn(final Path file) throws IOException {
        return identity(ByteBuffer.wrap(Files.readAllBytes(file)), new CRC32C());
    }

    /**
     * Tells all that is whole.
     *
     * @return octets behind it that are not; -1 when there is no cursor
     */
    long load(final Visitor visitor) throws IOException {
        final ByteBuffer octets;
        try {
            octets = ByteBuffer.wrap(Files.readAllBytes(file));
        } catch (final NoSuchFileException e) {
            return -1;
        }
        if (!identity.equals(identity(octets, crc32c))) {
            return octets.limit();
        }
        while (next(octets, visitor)) {
            // Goes on.
        }
        return octets.remaining();
    }

    /** Everything before this place that is not open is settled. */
    void read(final long sequence, final long segmentNumber, final long generation, final long offset) {
        begin(READ, 4 * Long.BYTES)
                .putLong(sequence)
                .putLong(segmentNumber)
                .putLong(generation)
                .putLong(offset);
        end(4 * Long.BYTES);
    }

    /** A message that is open, as it is now. */
    void open(final OpenMessage message) {
        final long[] words = message.openRecipients == null ? new long[0] : message.openRecipients.toLongArray();
        final int length = OPEN_OCTETS + Long.BYTES * words.length;
        begin(OPEN, length)
                .putLong(message.sequence)
                .putLong(message.segmentNumber)
                .putLong(message.offset)
                .putLong(message.storedEpochMs)
                .putInt(message.attempts)
                .putLong(message.nextAttemptEpochMs)
                .putInt(words.length);
        for (final long word : words) {
            unwritten.putLong(word);
        }
        end(length);
    }

    /** A message that is settled. */
    void settled(final long sequence) {
        begin(SETTLED, Long.BYTES).putLong(sequence);
        end(Long.BYTES);
    }

    /** Nothing comes behind it; so many messages had been begun and may have been sent. */
    void closed(final int inFlight) {
        begin(CLOSED, Integer.BYTES).putInt(inFlight);
        end(Integer.BYTES);
    }

    /** A segment is read from. */
    void segment(final long number, final long generation) {
        begin(SEGMENT, 2 * Long.BYTES).putLong(number).putLong(generation);
        end(2 * Long.BYTES);
    }

    /** Whether so much was appended that it should be written anew. */
    boolean isLong() {
        return appendedOctets > Math.max(LEAST_REWRITE, 2 * rewrittenOctets);
    }

    /** Whether something was appended that a crash of the machine would lose. */
    boolean isUnsynced() {
        return unsynced || unwritten.position() > 0;
    }

    /** Whether it has to be written anew before anything can be appended. */
    boolean isBroken() {
        return channel == null;
    }

    /** Writes what was appended. After a failure it has to be written anew. */
    void write() throws IOException {
        if (unwritten.position() == 0) {
            return;
        }
        if (channel == null) {
            unwritten.clear(); // rewrite() tells all of it
            return;
        }
        try {
            appendedOctets += writeTo(channel);
            unsynced = true;
        } catch (final Throwable e) {
            abandon(e); // half a record would hide all behind it
            throw e;
        }
    }

    /** Makes durable what was written. */
    void sync() throws IOException {
        write();
        if (unsynced && channel != null) {
            unsynced = false;
            try {
                channel.force(false);
            } catch (final Throwable e) {
                abandon(e);
                throw e;
            }
        }
    }

    /**
     * Writes the file anew, durably; the old one stays until the new one is there.
     *
     * @param snapshot appends all that is to be in it
     */
    void rewrite(final Consumer<CursorJournal> snapshot) throws IOException {
        final Path unfinished = directory.resolve(file.getFileName() + UNFINISHED);
        if (channel == null) {
            unwritten.clear(); // it would grow for as long as none can be opened
        }
        final FileChannel fresh = opener.open(unfinished);
        boolean isMoved = false;
        try {
            unwritten.clear();
            putHeader();
            snapshot.accept(this);
            final long octets = writeTo(fresh);
            fresh.force(true);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            isMoved = true;
            opener.syncDirectory(directory);
            rewrittenOctets = octets;
        } catch (final IOException | RuntimeException | Error e) {
            unwritten.clear();
            closeAfter(e, fresh);
            if (isMoved) {
                abandon(e); // what it would go on writing to has no name any more
            }
            throw e;
        }
        final FileChannel old = channel;
        channel = fresh;
        appendedOctets = 0;
        unsynced = false;
        if (old != null) {
            old.close();
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }

    private boolean next(final ByteBuffer octets, final Visitor visitor) {
        final int start = octets.position();
        if (octets.remaining() < FRAME_OCTETS) {
            return false;
        }
        final int length = octets.getInt(start + 4);
        if (length < 0 || length > octets.remaining() - FRAME_OCTETS) {
            return false;
        }
        final int end = start + FRAME_OCTETS + length;
        if (octets.getInt(start) != crc(octets, start + 4, end)) {
            return false;
        }
        if (!tell(octets.get(start + 8), octets.slice(start + FRAME_OCTETS, length), visitor)) {
            return false;
        }
        octets.position(end);
        return true;
    }

    private static boolean tell(final byte type, final ByteBuffer payload, final Visitor visitor) {
        switch (type) {
            case READ -> visitor.onRead(payload.getLong(), payload.getLong(), payload.getLong(), payload.getLong());
            case OPEN -> visitor.onOpen(openMessage(payload));
            case SETTLED -> visitor.onSettled(payload.getLong());
            case CLOSED -> visitor.onClosed(payload.getInt());
            case SEGMENT -> visitor.onSegment(payload.getLong(), payload.getLong());
            default -> {
                return false;
            }
        }
        return true;
    }

    private static OpenMessage openMessage(final ByteBuffer payload) {
        final OpenMessage message =
                new OpenMessage(payload.getLong(), payload.getLong(), payload.getLong(), payload.getLong());
        message.attempts = payload.getInt();
        message.nextAttemptEpochMs = payload.getLong();
        final long[] words = new long[payload.getInt()];
        for (int i = 0; i < words.length; i++) {
            words[i] = payload.getLong();
        }
        message.openRecipients = words.length == 0 ? null : BitSet.valueOf(words);
        return message;
    }

    /** Leaves the position behind the header when there is one. */
    private static String identity(final ByteBuffer octets, final CRC32C crc32c) {
        if (octets.limit() < HEADER_OCTETS || !octets.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            return null;
        }
        final int length = octets.getInt(12);
        if (length < 0 || length > octets.limit() - HEADER_OCTETS) {
            return null;
        }
        crc32c.reset();
        crc32c.update(octets.slice(12, Integer.BYTES + length));
        if (octets.getInt(8) != (int) crc32c.getValue()) {
            return null;
        }
        final byte[] text = new byte[length];
        octets.position(HEADER_OCTETS).get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private void putHeader() {
        final byte[] text = identity.getBytes(StandardCharsets.UTF_8);
        ensureRoom(HEADER_OCTETS + text.length);
        final int start = unwritten.position();
        unwritten.put(MAGIC).putInt(0).putInt(text.length).put(text);
        unwritten.putInt(start + 8, crc(unwritten, start + 12, unwritten.position()));
    }

    private ByteBuffer begin(final byte type, final int length) {
        ensureRoom(FRAME_OCTETS + length);
        return unwritten.putInt(0).putInt(length).put(type);
    }

    private void end(final int length) {
        final int end = unwritten.position();
        final int start = end - length - FRAME_OCTETS;
        try {
            unwritten.putInt(start, crc(unwritten, start + 4, end));
        } catch (final Throwable e) {
            unwritten.position(start); // a record that is not whole would hide all behind it
            throw e;
        }
    }

    private int crc(final ByteBuffer octets, final int from, final int to) {
        crc32c.reset();
        crc32c.update(octets.slice(from, to - from));
        return (int) crc32c.getValue();
    }

    private void ensureRoom(final int octets) {
        if (unwritten.remaining() < octets) {
            unwritten = ByteBuffer.allocate(Math.max(2 * unwritten.capacity(), unwritten.position() + octets))
                    .put(unwritten.flip());
        }
    }

    private long writeTo(final FileChannel target) throws IOException {
        unwritten.flip();
        try {
            final long octets = unwritten.remaining();
            while (unwritten.hasRemaining()) {
                if (target.write(unwritten) <= 0) {
                    throw new IOException("the file takes no more octets");
                }
            }
            return octets;
        } finally {
            unwritten.clear();
        }
    }

    private void abandon(final Throwable reason) {
        if (channel != null) {
            closeAfter(reason, channel);
            channel = null;
        }
    }

    private static void closeAfter(final Throwable failure, final FileChannel opened) {
        try {
            opened.close();
        } catch (final IOException e) {
            failure.addSuppressed(e);
        }
    }
}
