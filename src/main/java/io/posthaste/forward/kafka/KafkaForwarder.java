package io.posthaste.forward.kafka;

import io.posthaste.delivery.Figure;
import io.posthaste.forward.ForwardedMessage;
import io.posthaste.forward.Forwarder;
import io.posthaste.forward.Settlement;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each message to a topic, idempotently and with {@code acks=all}: it is delivered when all its records are
 * acknowledged by all replicas in sync. A broker that is away, or the client library failing, is "unavailable"; a record that
 * the broker does not want is deferred.
 *
 * <p>The client is made when it is first needed, so that a broker may be away at start. {@link #forward} may wait for the
 * client's memory and metadata: less than {@value #MAX_BLOCK_MS} ms for all records of a message but the last one, and at
 * most as much again for that.
 */
final class KafkaForwarder implements Forwarder {
    /** Messages under way together. */
    private static final int WINDOW = 1000;

    static final int MAX_BLOCK_MS = 5_000;
    private static final long MAX_BLOCK_NS = TimeUnit.MILLISECONDS.toNanos(MAX_BLOCK_MS);

    /** How long nothing is tried after the client has waited in vain. */
    private static final long AWAY_NS = TimeUnit.SECONDS.toNanos(1);
    /** Octets of a record where the topic does not say. */
    private static final int DEFAULT_RECORD = 1024 * 1024;
    /** Memory of the client for records that are on their way. */
    private static final long BUFFER_OCTETS = 32L * 1024 * 1024;

    private static final int REQUEST_TIMEOUT_MS = 10_000;
    /** How long the client waits for others to fill a batch. */
    private static final int LINGER_MS = 2;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
    private static final String LIMIT = "max.message.bytes";

    private static final Logger LOG = LoggerFactory.getLogger(KafkaForwarder.class);

    /** Makes what sends. */
    @FunctionalInterface
    interface Producers {
        Producer<byte[], byte[]> open(int maxRecordOctets);
    }

    /** Asks how large a record may be. */
    @FunctionalInterface
    interface Limits {
        /** @throws IOException it cannot be asked now */
        int ask() throws IOException;
    }

    private final KafkaSettings settings;
    private final Producers producers;
    private final Limits limits;
    private final RecordMaker records;
    private final LongSupplier nanoTime;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong split = new AtomicLong();

    // The forwarding thread.
    private Producer<byte[], byte[]> producer;
    private int maxRecordOctets;
    private long awayUntilNs;
    private String awayReason;

    /** What is left of the limit when a record was too large for it: it has changed. */
    private volatile boolean isLimitDoubtful;

    KafkaForwarder(
            final KafkaSettings settings,
            final Producers producers,
            final Limits limits,
            final RandomGenerator random,
            final LongSupplier nanoTime) {
        this.settings = settings;
        this.producers = producers;
        this.limits = limits;
        this.nanoTime = nanoTime;
        records = new RecordMaker(settings.topic(), settings.key(), random);
        awayUntilNs = nanoTime.getAsLong();
    }

    /**
     * Reads the client's own settings; connects to nothing.
     *
     * @throws IOException they cannot be read
     */
    static KafkaForwarder open(final KafkaSettings settings, final String hostname) throws IOException {
        final Properties properties = properties(settings, hostname);
        return new KafkaForwarder(
                settings,
                maxRecordOctets -> producer(settings, properties, maxRecordOctets),
                () -> settings.maxRecordOctets() > 0 ? settings.maxRecordOctets() : askLimit(settings, properties),
                RandomGenerator.getDefault(),
                System::nanoTime);
    }

    @Override
    public String description() {
        return settings.description();
    }

    @Override
    public int window() {
        return WINDOW;
    }

    /** {@inheritDoc} In the headers. */
    @Override
    public boolean carriesDsn() {
        return true;
    }

    @Override
    public List<Figure> figures() {
        final String target = description();
        return List.of(
                new Figure(
                        "kafka_records", "Records that the broker has acknowledged.", true, acknowledged.get(), target),
                new Figure("kafka_split_messages", "Messages sent in more than one part.", true, split.get(), target));
    }

    @Override
    public void forward(final ForwardedMessage message, final Settlement settlement) {
        final long nowNs = nanoTime.getAsLong();
        if (nowNs - awayUntilNs < 0) {
            settlement.unavailable(awayReason);
            return;
        }
        try {
            prepare();
        } catch (final IOException | KafkaException e) {
            tellAway("cannot be asked: " + reason(e));
            settlement.unavailable(awayReason);
            return;
        }
        final List<RecordMaker.Group> groups = records.groups(message, maxRecordOctets);
        for (int i = 0; i < groups.size() && producer != null; i++) {
            send(message, groups.get(i), settlement, nowNs);
            if (isLate(nowNs)) {
                tellAway("took records for more than " + MAX_BLOCK_MS + " ms");
                if (i < groups.size() - 1) {
                    settlement.unavailable(awayReason);
                }
                return;
            }
        }
    }

    /** Whether the client has made a message wait for so long that no more of it is sent. */
    private boolean isLate(final long begunNs) {
        return nanoTime.getAsLong() - begunNs >= MAX_BLOCK_NS;
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(CLOSE_TIMEOUT);
            producer = null;
        }
    }

    private void prepare() throws IOException {
        if (isLimitDoubtful) {
            isLimitDoubtful = false;
            close();
        }
        if (producer == null) {
            maxRecordOctets = limits.ask();
            producer = producers.open(maxRecordOctets);
        }
    }

    /**
     * Sends the records of a group, but for what is left of them once the group is settled or it is late.
     *
     * @param begunNs when the message was begun
     */
    private void send(
            final ForwardedMessage message,
            final RecordMaker.Group group,
            final Settlement settlement,
            final long begunNs) {
        final GroupResult result = new GroupResult(group.recipients(), settlement);
        try {
            records.make(message, group, maxRecordOctets, (record, part, parts) -> {
                if (part == 0) {
                    result.expect(parts);
                    if (parts > 1) {
                        split.incrementAndGet();
                    }
                }
                producer.send(record, result::onCompletion);
                if (part < parts - 1 && isLate(begunNs)) {
                    settlement.unavailable("took " + (part + 1) + " of " + parts + " parts in " + MAX_BLOCK_MS + " ms");
                    return false;
                }
                return !result.isSettled();
            });
        } catch (final IOException e) {
            result.settle(settled -> settlement.deferred(settled, reason(e)));
        } catch (final KafkaException | IllegalStateException e) {
            // The client is of no use any more.
            close();
            tellAway(reason(e));
            settlement.unavailable(awayReason);
        }
    }

    private void tellAway(final String why) {
        awayReason = why;
        awayUntilNs = nanoTime.getAsLong() + AWAY_NS;
    }

    /** What became of the records of a group; whatever thread tells. */
    private final class GroupResult {
        private final List<ForwardedMessage.Recipient> recipients;
        private final Settlement settlement;
        private int unanswered = Integer.MAX_VALUE;
        private boolean isSettled;

        GroupResult(final List<ForwardedMessage.Recipient> recipients, final Settlement settlement) {
            this.recipients = recipients;
            this.settlement = settlement;
        }

        synchronized void expect(final int parts) {
            unanswered = parts;
        }

        void onCompletion(final RecordMetadata metadata, final Exception failure) {
            if (failure == null) {
                acknowledged.incrementAndGet();
                if (isLast()) {
                    settle(recipient -> settlement.delivered(
                            recipient, metadata.topic() + "-" + metadata.partition() + " at " + metadata.offset()));
                }
            } else if (failure instanceof RecordTooLargeException || failure instanceof InvalidRecordException) {
                if (failure instanceof RecordTooLargeException) {
                    isLimitDoubtful = true;
                }
                settle(recipient -> settlement.deferred(recipient, reason(failure)));
            } else {
                settle(recipient -> settlement.unavailable(reason(failure)));
            }
        }

        synchronized boolean isSettled() {
            return isSettled;
        }

        private synchronized boolean isLast() {
            return --unanswered == 0;
        }

        void settle(final IntConsumer how) {
            synchronized (this) {
                if (isSettled) {
                    return;
                }
                isSettled = true;
            }
            recipients.forEach(recipient -> how.accept(recipient.index()));
        }
    }

    private static Properties properties(final KafkaSettings settings, final String hostname) throws IOException {
        final Properties properties = new Properties();
        if (settings.config() != null) {
            try (Reader reader = Files.newBufferedReader(settings.config(), StandardCharsets.UTF_8)) {
                properties.load(reader);
            } catch (final IOException | IllegalArgumentException e) {
                throw new IOException("cannot read " + settings.config() + ": " + e.getMessage(), e);
            }
        }
        properties.putIfAbsent("client.id", "posthaste-" + hostname);
        properties.put("bootstrap.servers", settings.brokers());
        properties.put("request.timeout.ms", Integer.toString(Math.min(REQUEST_TIMEOUT_MS, settings.timeoutMs() / 2)));
        return properties;
    }

    private static Producer<byte[], byte[]> producer(
            final KafkaSettings settings, final Properties properties, final int maxRecordOctets) {
        final Properties all = new Properties();
        all.putAll(properties);
        all.put("acks", "all");
        all.put("enable.idempotence", "true");
        all.put("compression.type", settings.compression());
        all.put("linger.ms", Integer.toString(LINGER_MS));
        all.put("delivery.timeout.ms", Integer.toString(settings.timeoutMs()));
        all.put("max.block.ms", Integer.toString(MAX_BLOCK_MS));
        all.put("max.request.size", Integer.toString(Math.max(maxRecordOctets, DEFAULT_RECORD)));
        all.put("buffer.memory", Long.toString(Math.max(BUFFER_OCTETS, 2L * maxRecordOctets)));
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static int askLimit(final KafkaSettings settings, final Properties properties) throws IOException {
        final ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, settings.topic());
        final Properties own = new Properties();
        own.putAll(properties);
        own.put("default.api.timeout.ms", own.getProperty("request.timeout.ms"));
        final Admin admin = Admin.create(own);
        try {
            final Config config =
                    admin.describeConfigs(List.of(topic)).values().get(topic).get(MAX_BLOCK_MS, TimeUnit.MILLISECONDS);
            return limit(settings, config);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (final TimeoutException e) {
            throw new IOException("no broker answered within " + MAX_BLOCK_MS + " ms", e);
        } catch (final ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException
                    || e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof UnsupportedVersionException) {
                return untoldLimit(settings, e.getCause().getMessage());
            }
            throw new IOException(reason(e.getCause()), e);
        } finally {
            admin.close(Duration.ZERO); // what it still waits for is not wanted any more
        }
    }

    /** What the topic says, whatever that is. */
    static int limit(final KafkaSettings settings, final Config config) {
        final ConfigEntry entry = config.get(LIMIT);
        final String text = entry == null ? null : entry.value();
        if (text == null) {
            return untoldLimit(settings, "it has no " + LIMIT);
        }
        try {
            return Math.min(KafkaSettings.GREATEST_RECORD, Integer.parseInt(text));
        } catch (final NumberFormatException e) {
            return untoldLimit(settings, LIMIT + " is " + text);
        }
    }

    private static int untoldLimit(final KafkaSettings settings, final String why) {
        LOG.warn(
                "{} does not tell how large a record may be ({}): taken is {}; max-record= sets it",
                settings.description(),
                why,
                DEFAULT_RECORD);
        return DEFAULT_RECORD;
    }

    private static String reason(final Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
