package io.posthaste.forward.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KafkaSettingsTest {
    @Test
    void shouldReadAllThatCanBeSaid() {
        assertEquals(
                new KafkaSettings(
                        "a.example:9092,[::1]:9093",
                        "mail.in_1",
                        KeyChoice.SENDER_DOMAIN,
                        512 * 1024,
                        5_000,
                        "gzip",
                        Path.of("/etc/kafka.properties")),
                KafkaSettings.parse("kafka://a.example:9092,[::1]:9093/mail.in_1?key=sender-domain&max-record=512k"
                        + "&timeout=5s&compression=gzip&config=/etc/kafka.properties"));
    }

    @Test
    void shouldHaveDefaults() {
        final KafkaSettings settings = KafkaSettings.parse("kafka://localhost:9092/mail");
        assertEquals(
                new KafkaSettings("localhost:9092", "mail", KeyChoice.RECIPIENT_DOMAIN, 0, 30_000, "none", null),
                settings);
        assertEquals("kafka://localhost:9092/mail", settings.description());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka:",
                "kafka://",
                "kafka://host:9092",
                "kafka://host/topic",
                "kafka://host:99999/topic",
                "kafka://host:9092,/topic",
                "kafka://host:9092/",
                "kafka://host:9092/..",
                "kafka://host:9092/a b",
                "kafka://host:9092/topic/more",
                "kafka://host:9092/topic?key=colour",
                "kafka://host:9092/topic?max-record=1k",
                "kafka://host:9092/topic?max-record=1g",
                "kafka://host:9092/topic?max-record=",
                "kafka://host:9092/topic?timeout=1ms",
                "kafka://host:9092/topic?timeout=soon",
                "kafka://host:9092/topic?compression=zstd",
                "kafka://host:9092/topic?colour=red"
            })
    void shouldSayWhatIsWrong(final String uri) {
        final String message = assertThrows(IllegalArgumentException.class, () -> KafkaSettings.parse(uri))
                .getMessage();
        assertTrue(
                message.contains("use kafka://HOST:PORT/TOPIC")
                        || message.contains("topic")
                        || message.startsWith("kafka: "),
                message);
    }
}
