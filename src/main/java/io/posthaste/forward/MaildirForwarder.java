package io.posthaste.forward;

import io.posthaste.delivery.maildir.MaildirWriter;
import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.delivery.spool.StoredTrace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts each message as one file into a Maildir, however many recipients it has. Gathers up to a window of them, which are
 * synced together. Forwarded again after a crash, a message replaces itself while it still lies in {@code new}.
 */
public final class MaildirForwarder implements Forwarder {
    /** Messages synced together; each holds an open file. */
    private static final int WINDOW = 64;

    private final Path directory;
    private final MaildirWriter writer;
    private final List<Gathered> batch = new ArrayList<>();

    private record Gathered(ForwardedMessage message, Settlement settlement) {}

    /**
     * @param hostname this server's name, for file names
     * @throws IOException the Maildir cannot be created or not be written to
     */
    public MaildirForwarder(final Path directory, final String hostname) throws IOException {
        this.directory = directory;
        writer = MaildirWriter.open(directory, hostname);
    }

    @Override
    public String description() {
        return "maildir:" + directory;
    }

    @Override
    public String identity() {
        return "maildir:" + directory.toAbsolutePath().normalize();
    }

    @Override
    public int window() {
        return WINDOW;
    }

    @Override
    public void forward(final ForwardedMessage message, final Settlement settlement) {
        final StoredEnvelope envelope = message.envelope();
        final List<StoredEnvelope.Recipient> recipients = message.recipients().stream()
                .map(recipient -> envelope.recipients().get(recipient.index()))
                .toList();
        final byte[] fields = StoredTrace.of(envelope, recipients, message.hostname());
        Source source = null;
        boolean isAdded = false;
        try (Source opened = new Source(message.openContent())) {
            source = opened;
            writer.add(envelope.id(), envelope.receivedEpochMs(), fields, opened, message.contentOctets());
            batch.add(new Gathered(message, settlement));
            isAdded = true;
        } catch (final IOException e) {
            if (isAdded) {
                return; // read whole, and checked: only its closing failed
            }
            if (source == null || source.hasFailed) {
                message.recipients().forEach(recipient -> settlement.deferred(recipient.index(), reason(e)));
            } else {
                settlement.unavailable(reason(e));
            }
        }
    }

    @Override
    public void flush() {
        if (batch.isEmpty()) {
            return;
        }
        try {
            settle(writer.commit());
        } catch (final Throwable e) {
            batch.forEach(gathered -> gathered.settlement.unavailable(reason(e)));
        } finally {
            batch.clear(); // what is settled wrongly once must not meet the answers for others
        }
    }

    private void settle(final List<IOException> failures) {
        if (failures.size() != batch.size()) {
            throw new IllegalStateException("answers for " + failures.size() + " messages, not " + batch.size());
        }
        for (int i = 0; i < batch.size(); i++) {
            final Gathered gathered = batch.get(i);
            if (failures.get(i) == null) {
                gathered.message
                        .recipients()
                        .forEach(recipient -> gathered.settlement.delivered(recipient.index(), "in " + directory));
            } else {
                gathered.settlement.unavailable(reason(failures.get(i)));
            }
        }
    }

    @Override
    public void close() {
        batch.clear();
        writer.close();
    }

    private static String reason(final Throwable failure) {
        return failure instanceof IOException && failure.getMessage() != null
                ? failure.getMessage()
                : failure.toString();
    }

    /** Tells whether it was the message that could not be read, or the Maildir that could not be written. */
    private static final class Source implements ReadableByteChannel {
        private final ReadableByteChannel content;
        private boolean hasFailed;

        Source(final ReadableByteChannel content) {
            this.content = content;
        }

        @Override
        public int read(final ByteBuffer target) throws IOException {
            try {
                return content.read(target);
            } catch (final IOException e) {
                hasFailed = true;
                throw e;
            }
        }

        @Override
        public boolean isOpen() {
            return content.isOpen();
        }

        @Override
        public void close() throws IOException {
            content.close();
        }
    }
}
