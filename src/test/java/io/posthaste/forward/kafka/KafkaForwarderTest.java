package io.posthaste.forward.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.spool.StoredEnvelope;
import io.posthaste.forward.ForwardedMessage;
import io.posthaste.forward.Settlement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Against the client library's own mock. */
final class KafkaForwarderTest {
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final List<Integer> limitsAsked = new ArrayList<>();
    private int limit = 1024 * 1024;
    private IOException limitFailure;
    private long nowNs;

    private KafkaForwarder forwarder(final String settings) {
        return new KafkaForwarder(
                KafkaSettings.parse("kafka://localhost:9092/mail" + settings),
                octets -> producer,
                () -> {
                    if (limitFailure != null) {
                        throw limitFailure;
                    }
                    limitsAsked.add(limit);
                    return limit;
                },
                new Random(1),
                () -> nowNs);
    }

    /** Notes what it is told. */
    private static final class Told implements Settlement {
        final List<String> told = new ArrayList<>();

        @Override
        public void delivered(final int recipient, final String reply) {
            told.add("delivered " + recipient);
        }

        @Override
        public void deferred(final int recipient, final String reason) {
            told.add("deferred " + recipient);
        }

        @Override
        public void failed(final int recipient, final String reason) {
            told.add("failed " + recipient);
        }

        @Override
        public void unavailable(final String reason) {
            told.add("unavailable");
        }
    }

    private static Told forward(final KafkaForwarder forwarder, final ForwardedMessage message) {
        final Told told = new Told();
        forwarder.forward(message, told);
        return told;
    }

    private List<String> keys() {
        return producer.history().stream()
                .map(record -> record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8))
                .toList();
    }

    private static byte[] octets(final int count) {
        final byte[] octets = new byte[count];
        new Random(count).nextBytes(octets);
        return octets;
    }

    @Test
    void shouldSendTheEnvelopeInHeadersAndTheContentAsValue() {
        final byte[] content = "Subject: x\r\n\r\ntext\r\n".getBytes(StandardCharsets.US_ASCII);
        final SampleMessage message = SampleMessage.to(
                StoredEnvelope.EXTENDED
                        | StoredEnvelope.EIGHT_BIT
                        | StoredEnvelope.RETURN_HEADERS
                        | StoredEnvelope.SECURE,
                "QQ1",
                content,
                "b@One.example",
                "c@one.example");
        final Told told = forward(forwarder(""), message);
        assertEquals(1, producer.history().size());
        final ProducerRecord<byte[], byte[]> record = producer.history().get(0);
        assertEquals("mail", record.topic());
        assertEquals(SampleMessage.RECEIVED_MS, record.timestamp());
        assertEquals(List.of("one.example"), keys());
        assertArrayEquals(content, record.value());
        final List<String> headers = new ArrayList<>();
        record.headers()
                .forEach(
                        header -> headers.add(header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8)));
        assertEquals(
                List.of(
                        "schema=1",
                        "id=0000000000000000000001",
                        "server=mx.example",
                        "received=1795328194567",
                        "content-length=" + content.length,
                        "mail-from=a@sender.example",
                        "rcpt-to=b@One.example",
                        "rcpt-to=c@one.example",
                        "peer=192.0.2.7",
                        "helo=client.example",
                        "protocol=ESMTP",
                        "tls=yes",
                        "body=8BITMIME",
                        "ret=HDRS",
                        "envid=QQ1"),
                headers);
        assertEquals(List.of(), told.told, "not acknowledged yet");
        producer.completeNext();
        assertEquals(List.of("delivered 0", "delivered 1"), told.told);
    }

    @Test
    void shouldTellWhoHadLoggedIn() {
        forward(forwarder(""), SampleMessage.to(StoredEnvelope.AUTHENTICATED, "", new byte[1], "b@x.example"));
        forward(forwarder(""), SampleMessage.to(0, "", new byte[1], "b@x.example"));
        final Headers known = producer.history().get(0).headers();
        assertEquals("ann\u00e9", new String(known.lastHeader("user").value(), StandardCharsets.UTF_8));
        assertEquals("yes", new String(known.lastHeader("authenticated").value(), StandardCharsets.UTF_8));
        assertNull(producer.history().get(1).headers().lastHeader("user"));
    }

    @Test
    void shouldTellWhatRcptSaidOfNotifications() {
        final SampleMessage plain = SampleMessage.to(new byte[1], "b@x.example", "c@x.example");
        final SampleMessage message = new SampleMessage(
                plain.envelope(),
                plain.content(),
                List.of(
                        new ForwardedMessage.Recipient(0, "b@x.example", 0, ""),
                        new ForwardedMessage.Recipient(1, "c@x.example", 2 | 8, "rfc822;c@y.example")));
        forward(forwarder(""), message);
        assertEquals(
                List.of("1 NOTIFY=SUCCESS,DELAY ORCPT=rfc822;c@y.example"),
                PartCollector.texts(producer.history().get(0).headers(), "rcpt-dsn"));
    }

    @Test
    void shouldSendARecordForEachDomainOfRecipients() {
        final Told told = forward(
                forwarder(""), SampleMessage.to(new byte[5], "a@one.example", "b@two.example", "c@ONE.example", "d"));
        assertEquals(List.of("one.example", "two.example", ""), keys());
        assertEquals(
                List.of("a@one.example", "c@ONE.example"),
                PartCollector.texts(producer.history().get(0).headers(), "rcpt-to"));
        producer.completeNext();
        assertEquals(List.of("delivered 0", "delivered 2"), told.told);
        producer.errorNext(new TimeoutException("nobody answers"));
        producer.completeNext();
        assertEquals(List.of("delivered 0", "delivered 2", "unavailable", "delivered 3"), told.told);
    }

    @Test
    void shouldChooseTheKey() {
        final SampleMessage message = SampleMessage.to(new byte[5], "a@one.example", "b@two.example");
        forward(forwarder("?key=sender-domain"), message);
        forward(forwarder("?key=id"), message);
        forward(forwarder("?key=none"), message);
        final List<String> keys = new ArrayList<>(List.of("sender.example", "0000000000000000000001"));
        keys.add(null);
        assertEquals(keys, keys());
    }

    @Test
    void shouldSplitWhatIsLargerThanARecord() {
        limit = 10_000;
        final byte[] content = octets(123_456);
        for (final String key : List.of("", "?key=none")) {
            producer.clear();
            final Told told = forward(forwarder(key), SampleMessage.to(content, "a@one.example", "b@one.example"));
            final int parts = producer.history().size();
            assertTrue(parts > 12 && parts < 16, "parts " + parts);
            assertEquals(1, keys().stream().distinct().count(), "one key, so one partition");
            assertNotNull(keys().get(0));
            final PartCollector collector = new PartCollector();
            byte[] whole = null;
            for (int i = 0; i < parts; i++) {
                final ProducerRecord<byte[], byte[]> record = producer.history().get(i);
                assertTrue(upperBound(record) <= limit, "octets " + upperBound(record));
                assertNull(whole, "it is whole with the last part only");
                whole = collector.add(record.headers(), record.value());
                assertEquals(List.of(), told.told);
                producer.completeNext();
            }
            assertArrayEquals(content, whole);
            assertEquals(List.of("delivered 0", "delivered 1"), told.told);
        }
    }

    private static int upperBound(final ProducerRecord<byte[], byte[]> record) {
        return AbstractRecords.estimateSizeInBytesUpperBound(
                RecordBatch.CURRENT_MAGIC_VALUE,
                CompressionType.NONE,
                record.key(),
                record.value(),
                record.headers().toArray());
    }

    @Test
    void shouldSendContentsOfEverySizeAroundTheLimitWhole() {
        limit = 4096;
        final KafkaForwarder forwarder = forwarder("");
        for (int size = 3000; size < 8200; size += 7) {
            producer.clear();
            final byte[] content = octets(size);
            forward(forwarder, SampleMessage.to(content, "a@one.example"));
            final PartCollector collector = new PartCollector();
            byte[] whole = null;
            for (final ProducerRecord<byte[], byte[]> record : producer.history()) {
                whole = collector.add(record.headers(), record.value());
            }
            assertArrayEquals(content, whole, "size " + size);
        }
        producer.clear();
        forward(forwarder, SampleMessage.to(new byte[0], "a@one.example"));
        assertEquals(0, producer.history().get(0).value().length);
    }

    @Test
    void shouldShareRecipientsThatFillARecordOutOverMore() {
        limit = 8192;
        final String[] recipients = IntStream.range(0, 1000)
                .mapToObj(i -> "recipient" + i + "@one.example")
                .toArray(String[]::new);
        final Told told = forward(forwarder(""), SampleMessage.to(octets(100), recipients));
        final List<String> all = new ArrayList<>();
        for (final ProducerRecord<byte[], byte[]> record : producer.history()) {
            assertTrue(upperBound(record) <= limit);
            all.addAll(PartCollector.texts(record.headers(), "rcpt-to"));
            producer.completeNext();
        }
        assertEquals(List.of(recipients), all);
        assertEquals(1000, told.told.size());
    }

    @Test
    void shouldTellARecordThatIsNotWantedFromABrokerThatIsAway() {
        final KafkaForwarder forwarder = forwarder("");
        final Told timeout = forward(forwarder, SampleMessage.to(new byte[5], "a@one.example"));
        producer.errorNext(new TimeoutException("nobody answers"));
        assertEquals(List.of("unavailable"), timeout.told);
        final Told refused = forward(forwarder, SampleMessage.to(new byte[5], "a@one.example"));
        producer.errorNext(new AuthorizationException("not for you"));
        assertEquals(List.of("unavailable"), refused.told);

        final Told tooLarge = forward(forwarder, SampleMessage.to(new byte[5000], "a@one.example"));
        producer.errorNext(new RecordTooLargeException("the topic's limit was lowered"));
        assertEquals(List.of("deferred 0"), tooLarge.told);
        assertEquals(1, limitsAsked.size());
    }

    @Test
    void shouldAskForTheLimitAgainWhenARecordWasTooLarge() {
        final List<MockProducer<byte[], byte[]>> opened = new ArrayList<>();
        final KafkaForwarder forwarder = new KafkaForwarder(
                KafkaSettings.parse("kafka://localhost:9092/mail"),
                octets -> {
                    opened.add(new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()));
                    return opened.get(opened.size() - 1);
                },
                () -> opened.isEmpty() ? 1024 * 1024 : 4096,
                new Random(1),
                () -> nowNs);
        forward(forwarder, SampleMessage.to(new byte[9000], "a@one.example"));
        assertEquals(1, opened.get(0).history().size());
        opened.get(0).errorNext(new RecordTooLargeException("the topic's limit was lowered"));
        forward(forwarder, SampleMessage.to(new byte[9000], "a@one.example"));
        assertTrue(opened.get(0).closed());
        assertTrue(opened.get(1).history().size() > 2);
    }

    @Test
    void shouldBeUnavailableWhileNobodyTellsTheLimit() {
        limitFailure = new IOException("no broker answered");
        final KafkaForwarder forwarder = forwarder("");
        assertEquals(List.of("unavailable"), forward(forwarder, SampleMessage.to(new byte[5], "a@one.example")).told);
        limitFailure = null;
        // It does not ask again at once: each attempt could take seconds.
        assertEquals(List.of("unavailable"), forward(forwarder, SampleMessage.to(new byte[5], "a@one.example")).told);
        assertEquals(List.of(), limitsAsked);
    }

    @Test
    void shouldLeaveAMessageWhoseRecordsTheClientTakesTooSlowly() {
        limit = 4096;
        final List<String> sent = new ArrayList<>();
        final MockProducer<byte[], byte[]> slow =
                new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized Future<RecordMetadata> send(
                            final ProducerRecord<byte[], byte[]> record, final Callback callback) {
                        nowNs += TimeUnit.MILLISECONDS.toNanos(KafkaForwarder.MAX_BLOCK_MS) / 2;
                        sent.add(new String(record.key(), StandardCharsets.UTF_8));
                        return super.send(record, callback);
                    }
                };
        final KafkaForwarder forwarder = new KafkaForwarder(
                KafkaSettings.parse("kafka://localhost:9092/mail"),
                octets -> slow,
                () -> limit,
                new Random(1),
                () -> nowNs);
        final Told domains =
                forward(forwarder, SampleMessage.to(new byte[5], "a@one.example", "b@two.example", "c@three.example"));
        assertEquals(List.of("one.example", "two.example"), sent);
        assertEquals(List.of("unavailable"), domains.told);

        assertEquals(List.of("unavailable"), forward(forwarder, SampleMessage.to(new byte[5], "a@x.example")).told);
        assertEquals(2, sent.size(), "nothing is tried for a while");

        nowNs += TimeUnit.SECONDS.toNanos(2);
        final Told parts = forward(forwarder, SampleMessage.to(octets(50_000), "a@one.example"));
        assertEquals(4, sent.size());
        assertEquals(List.of("unavailable"), parts.told);

        nowNs += TimeUnit.SECONDS.toNanos(2);
        final Told all = forward(forwarder, SampleMessage.to(new byte[5], "a@one.example", "b@two.example"));
        assertEquals(List.of(), all.told, "sent whole: the broker's answer counts");
    }

    @Test
    void shouldSendNoMorePartsOnceOneIsRefused() {
        limit = 4096;
        final List<Integer> sent = new ArrayList<>();
        final MockProducer<byte[], byte[]> refusing =
                new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized Future<RecordMetadata> send(
                            final ProducerRecord<byte[], byte[]> record, final Callback callback) {
                        sent.add(record.value().length);
                        final Future<RecordMetadata> future = super.send(record, callback);
                        errorNext(new RecordTooLargeException("the topic's limit was lowered"));
                        return future;
                    }
                };
        final KafkaForwarder forwarder = new KafkaForwarder(
                KafkaSettings.parse("kafka://localhost:9092/mail"),
                octets -> refusing,
                () -> limit,
                new Random(1),
                () -> nowNs);
        assertEquals(List.of("deferred 0"), forward(forwarder, SampleMessage.to(octets(50_000), "a@one.example")).told);
        assertEquals(1, sent.size());
    }

    @Test
    void shouldTakeADefaultWhereTheTopicDoesNotTellItsLimit() {
        final KafkaSettings settings = KafkaSettings.parse("kafka://localhost:9092/mail");
        final int fallback = 1024 * 1024;
        assertEquals(fallback, KafkaForwarder.limit(settings, new Config(List.of())));
        for (final String text : new String[] {null, "", "much"}) {
            assertEquals(
                    fallback,
                    KafkaForwarder.limit(settings, new Config(List.of(new ConfigEntry("max.message.bytes", text)))));
        }
        assertEquals(
                5000,
                KafkaForwarder.limit(settings, new Config(List.of(new ConfigEntry("max.message.bytes", "5000")))));
    }

    @Test
    void shouldDeferWhatCannotBeRead() {
        final SampleMessage unreadable = SampleMessage.to(null, "a@one.example");
        assertEquals(List.of("deferred 0"), forward(forwarder(""), unreadable).told);
        assertEquals(List.of(), producer.history());
    }
}
