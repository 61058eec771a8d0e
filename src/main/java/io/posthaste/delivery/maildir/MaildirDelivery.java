package io.posthaste.delivery.maildir;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.Delivery;
import io.posthaste.delivery.PrivateFiles;
import io.posthaste.delivery.TraceFields;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import io.posthaste.memory.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps each message as one file of a Maildir: a transaction is one file however many recipients it has, so it is stored
 * whole or not at all.
 *
 * <pre>
 *   append   create tmp/NAME, write the trace fields and the blocks of the content, check the size
 *   commit   sync each file | rename each to new/NAME | sync the directory new, once
 * </pre>
 *
 * The files are synced in the commit, when all are written: the first sync then takes the journal entries of the whole
 * batch with it, and the others find little left to do. After the sync of {@code new} the entries are durable: ext4 and XFS
 * put both halves of a rename into one journal transaction, which that sync forces out, so {@code tmp} needs no sync of its
 * own; on a file system without a journal the worst a crash leaves is a second name in {@code tmp}. A message can be seen by
 * a reader shortly before it is acknowledged; when the directory's sync fails it is withdrawn again and the sender sends it
 * once more, so a message may come twice, but is never lost.
 *
 * <p>File names are {@code SECONDS.ID.HOSTNAME}. Several processes may deliver to one Maildir. Holds one open file for each
 * message of a batch. Called by one thread at a time, {@link #obstacle} apart.
 */
public final class MaildirDelivery implements Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(MaildirDelivery.class);
    /** Buffers of one gathering write: 4 MiB of large blocks. */
    private static final int VECTOR_LENGTH = 64;
    /** Octets that the disk must have left for this to take mail: about two of the largest messages by default. */
    private static final long LEAST_ROOM = 64L * 1024 * 1024;

    private final Path directory;
    private final Path tmp;
    private final Path incoming;
    private final MaildirNames names;
    private final TraceFields traceFields;
    private final FileLayer files;
    private final ByteBuffer[] vector = new ByteBuffer[VECTOR_LENGTH];

    private final MaildirBatch batch;

    private MaildirDelivery(final Path directory, final String hostname, final FileLayer files) {
        this.directory = directory;
        this.files = files;
        tmp = directory.resolve("tmp");
        incoming = directory.resolve("new");
        names = new MaildirNames(hostname);
        traceFields = new TraceFields(hostname);
        batch = new MaildirBatch(
                files, incoming, (file, reason) -> file.envelope().status(DeliveryStatus.FAILED_TEMPORARILY));
    }

    /**
     * Opens a Maildir. Creates what is missing of it and above it, mode 0700, and removes what a crash left in {@code tmp}
     * more than 36 hours ago.
     *
     * @param directory the Maildir, in which {@code tmp}, {@code new} and {@code cur} are
     * @param hostname this server's name, for file names and the Received field
     * @throws IOException it cannot be created or not be written to
     */
    public static MaildirDelivery open(final Path directory, final String hostname) throws IOException {
        return open(directory, hostname, new SystemFiles());
    }

    static MaildirDelivery open(final Path directory, final String hostname, final FileLayer files) throws IOException {
        final MaildirDelivery delivery = new MaildirDelivery(directory, hostname, files);
        prepare(directory);
        return delivery;
    }

    /** Creates what is missing of a Maildir and removes what is left over in it. */
    static void prepare(final Path directory) throws IOException {
        final Path tmp = directory.resolve("tmp");
        final Path incoming = directory.resolve("new");
        PrivateFiles.createDirectories(tmp);
        PrivateFiles.createDirectories(incoming);
        PrivateFiles.createDirectories(directory.resolve("cur"));
        if (!Files.isWritable(tmp) || !Files.isWritable(incoming)) {
            throw new IOException(directory + " is not writable");
        }
        final int removed = LeftOvers.remove(tmp, System.currentTimeMillis());
        if (removed > 0) {
            LOG.info("removed {} unfinished messages older than 36 hours from {}", removed, tmp);
        }
    }

    @Override
    public AcknowledgementLevel acknowledgementLevel() {
        return AcknowledgementLevel.FSYNC;
    }

    @Override
    public String description() {
        return "maildir:" + directory;
    }

    /** {@inheritDoc} Looks whether the directories can be written to and the disk has some room. */
    @Override
    public Optional<String> obstacle() {
        if (!Files.isWritable(tmp) || !Files.isWritable(incoming)) {
            return Optional.of(description() + " cannot be written to");
        }
        try {
            final long room = Files.getFileStore(incoming).getUsableSpace();
            return room >= LEAST_ROOM
                    ? Optional.empty()
                    : Optional.of("the disk of " + description() + " has only " + room + " octets left");
        } catch (final IOException e) {
            return Optional.of(description() + " cannot be looked at: " + e);
        }
    }

    @Override
    public void append(final Envelope envelope) throws IOException {
        final MessageFile file = batch.unused();
        final String name = names.name(envelope);
        final FileChannel channel = file.create(envelope, tmp.resolve(name), incoming.resolve(name));
        try {
            write(envelope, channel);
        } catch (final Throwable e) {
            file.withdraw(e);
            throw e;
        }
        batch.add();
    }

    @Override
    public void commit() throws IOException {
        final int size = batch.size();
        batch.commit();
        if (batch.failures() > 0) {
            LOG.error(
                    "{} of {} messages did not get into {}, first:",
                    batch.failures(),
                    size,
                    incoming,
                    batch.firstFailure());
        }
    }

    @Override
    public void close() {
        if (batch.size() > 0) {
            batch.withdrawAll(new IOException("closed before the commit"));
        }
    }

    private void write(final Envelope envelope, final FileChannel channel) throws IOException {
        final ByteBuffer fields = traceFields.write(envelope);
        final long length = fields.remaining() + envelope.contentLength();
        long written = 0;
        int count = 0;
        vector[count++] = fields;
        for (Block block = envelope.contentHead(); block != null; block = block.next()) {
            if (count == VECTOR_LENGTH) {
                written += writeVector(channel, count);
                count = 0;
            }
            vector[count++] = block.ioView(0, block.length());
        }
        written += writeVector(channel, count);
        final long size = files.size(channel);
        if (written != length || size != length) {
            throw new IOException("wrote " + written + " octets of " + length + ", file holds " + size);
        }
    }

    private long writeVector(final FileChannel channel, final int count) throws IOException {
        long written = 0;
        int from = 0;
        while (true) {
            while (from < count && !vector[from].hasRemaining()) {
                from++;
            }
            if (from == count) {
                return written;
            }
            final long octets = files.write(channel, vector, from, count);
            if (octets <= 0) {
                throw new IOException("the file takes no more after " + written + " octets");
            }
            written += octets;
        }
    }
}
