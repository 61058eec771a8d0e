package io.posthaste.forward.kafka;

import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.forward.ForwardedMessage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Makes records of messages: the envelope in headers, the content as value, in as many parts as it needs. One thread.
 *
 * <p>A message becomes one group of records for each distinct key of its recipients; recipients whose headers alone would
 * fill a record are shared out over more groups. Records of a group have one key, so one partition, and keep their order.
 */
final class RecordMaker {
    /** The version of the headers. */
    static final String SCHEMA = "1";

    /** What a batch of one record and the record itself take besides key, value and headers; the rest is for safety. */
    private static final int RECORD_OVERHEAD = 128;
    /** What a header takes besides its name and value. */
    private static final int HEADER_OVERHEAD = 10;

    private static final int HEX = 16;

    private final String topic;
    private final KeyChoice keyChoice;
    private final RandomGenerator random;

    RecordMaker(final String topic, final KeyChoice keyChoice, final RandomGenerator random) {
        this.topic = topic;
        this.keyChoice = keyChoice;
        this.random = random;
    }

    /** Recipients that share records. */
    record Group(String key, List<ForwardedMessage.Recipient> recipients) {}

    /** Takes the records of a group, in order. */
    @FunctionalInterface
    interface Sink {
        /** @return whether the next is wanted */
        boolean send(ProducerRecord<byte[], byte[]> record, int part, int parts);
    }

    /**
     * The groups of a message.
     *
     * @param maxRecordOctets that a record may have
     */
    List<Group> groups(final ForwardedMessage message, final int maxRecordOctets) {
        final Map<String, List<ForwardedMessage.Recipient>> byKey = new LinkedHashMap<>();
        for (final ForwardedMessage.Recipient recipient : message.recipients()) {
            byKey.computeIfAbsent(keyChoice.key(message, recipient), key -> new ArrayList<>())
                    .add(recipient);
        }
        final List<Group> groups = new ArrayList<>();
        byKey.forEach((key, recipients) -> share(key, recipients, maxRecordOctets / 2, groups));
        return groups;
    }

    /**
     * Makes the records of a group and sends each as soon as it is made, for as long as more are wanted.
     *
     * @throws IOException the content cannot be read, or there is no room beside the headers; records sent before do not make
     *     a whole message
     */
    void make(final ForwardedMessage message, final Group group, final int maxRecordOctets, final Sink sink)
            throws IOException {
        final Headers headers = headers(message, group.recipients());
        final long room = maxRecordOctets - overhead(headers, group.key() == null ? message.id() : group.key());
        final long content = message.contentOctets();
        if (room < 1) {
            throw new IOException("a record of " + maxRecordOctets + " octets has no room beside its headers");
        }
        final long parts = Math.max(1, (content + room - 1) / room);
        if (parts > Integer.MAX_VALUE) {
            throw new IOException("too many parts");
        }
        final String key = group.key() == null && parts > 1 ? message.id() : group.key();
        final String set = parts > 1 ? Long.toString(random.nextLong() & Long.MAX_VALUE, HEX) : null;
        try (ReadableByteChannel channel = message.openContent()) {
            long left = content;
            for (int part = 0; part < parts; part++) {
                final byte[] value = new byte[(int) Math.min(room, left)];
                readFully(channel, value);
                left -= value.length;
                final Headers own = new RecordHeaders(headers);
                if (set != null) {
                    add(own, "part", Integer.toString(part));
                    add(own, "parts", Long.toString(parts));
                    add(own, "part-set", set);
                }
                final boolean goesOn = sink.send(
                        new ProducerRecord<>(
                                topic, null, message.envelope().receivedEpochMs(), KeyChoice.octets(key), value, own),
                        part,
                        (int) parts);
                if (!goesOn) {
                    return;
                }
            }
        }
    }

    private static void share(
            final String key,
            final List<ForwardedMessage.Recipient> recipients,
            final int mostOctets,
            final List<Group> groups) {
        List<ForwardedMessage.Recipient> group = new ArrayList<>();
        int octets = 0;
        for (final ForwardedMessage.Recipient recipient : recipients) {
            // In UTF-8 a char takes three octets at the most; twice the overhead, for rcpt-to and rcpt-dsn.
            final int own = 3
                            * (recipient.mailbox().length()
                                    + recipient.originalRecipient().length())
                    + 64;
            if (!group.isEmpty() && octets + own > mostOctets) {
                groups.add(new Group(key, group));
                group = new ArrayList<>();
                octets = 0;
            }
            group.add(recipient);
            octets += own;
        }
        groups.add(new Group(key, group));
    }

    private static Headers headers(final ForwardedMessage message, final List<ForwardedMessage.Recipient> recipients) {
        final StoredEnvelope envelope = message.envelope();
        final Headers headers = new RecordHeaders();
        add(headers, "schema", SCHEMA);
        add(headers, "id", message.id());
        add(headers, "server", message.hostname());
        add(headers, "received", Long.toString(envelope.receivedEpochMs()));
        add(headers, "content-length", Long.toString(message.contentOctets()));
        add(headers, "mail-from", envelope.reversePath());
        for (int i = 0; i < recipients.size(); i++) {
            final ForwardedMessage.Recipient recipient = recipients.get(i);
            add(headers, "rcpt-to", recipient.mailbox());
            final String dsn = dsn(recipient);
            if (!dsn.isEmpty()) {
                add(headers, "rcpt-dsn", i + dsn);
            }
        }
        add(headers, "peer", envelope.peer());
        add(headers, "helo", envelope.hello());
        add(headers, "protocol", envelope.has(StoredEnvelope.EXTENDED) ? "ESMTP" : "SMTP");
        addIf(
                headers,
                envelope.has(StoredEnvelope.SECURE),
                "tls",
                envelope.tls().isEmpty() ? "yes" : envelope.tls());
        addIf(headers, envelope.has(StoredEnvelope.AUTHENTICATED), "authenticated", "yes");
        addIf(headers, !envelope.user().isEmpty(), "user", envelope.user());
        addIf(headers, envelope.has(StoredEnvelope.TLS_REQUIRED), "requiretls", "yes");
        addIf(headers, envelope.has(StoredEnvelope.EIGHT_BIT), "body", "8BITMIME");
        addIf(headers, envelope.has(StoredEnvelope.BINARY), "body", "BINARYMIME");
        addIf(headers, envelope.has(StoredEnvelope.SMTPUTF8), "smtputf8", "yes");
        addIf(headers, envelope.has(StoredEnvelope.RETURN_FULL), "ret", "FULL");
        addIf(headers, envelope.has(StoredEnvelope.RETURN_HEADERS), "ret", "HDRS");
        addIf(headers, !envelope.envelopeId().isEmpty(), "envid", envelope.envelopeId());
        return headers;
    }

    /** As in RCPT: {@code  NOTIFY=FAILURE,DELAY ORCPT=rfc822;a@b}. */
    private static String dsn(final ForwardedMessage.Recipient recipient) {
        final StringBuilder text = new StringBuilder();
        final String[] names = {"NEVER", "SUCCESS", "FAILURE", "DELAY"};
        String separator = " NOTIFY=";
        for (int i = 0; i < names.length; i++) {
            if ((recipient.notifyFlags() & 1 << i) != 0) {
                text.append(separator).append(names[i]);
                separator = ",";
            }
        }
        if (!recipient.originalRecipient().isEmpty()) {
            text.append(" ORCPT=").append(recipient.originalRecipient());
        }
        return text.toString();
    }

    private static void addIf(final Headers headers, final boolean holds, final String name, final String value) {
        if (holds) {
            add(headers, name, value);
        }
    }

    private static void add(final Headers headers, final String name, final String value) {
        headers.add(new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8)));
    }

    /** With room for the headers of a part. */
    private static long overhead(final Headers headers, final String key) {
        long octets =
                RECORD_OVERHEAD + KeyChoice.octets(key).length + 3L * (HEADER_OVERHEAD + "part-set".length() + HEX);
        for (final Header header : headers) {
            octets += HEADER_OVERHEAD + header.key().length() + header.value().length;
        }
        return octets;
    }

    private static void readFully(final ReadableByteChannel channel, final byte[] target) throws IOException {
        final ByteBuffer buffer = ByteBuffer.wrap(target);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the content ends early");
            }
        }
    }
}
