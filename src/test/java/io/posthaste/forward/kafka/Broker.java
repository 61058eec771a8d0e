package io.posthaste.forward.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A broker of one node (KRaft) in a process of its own, that can be killed and started again with its data. */
final class Broker implements AutoCloseable {
    private static final int PATIENCE_S = 60;

    private final Path directory;
    private final int port;
    private Process process;

    private Broker(final Path directory, final int port) {
        this.directory = directory;
        this.port = port;
    }

    /** Formats a directory and starts a broker on it; it is up when this returns. */
    static Broker start(final Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        final Broker broker = new Broker(directory, freePort());
        final int controllerPort = freePort();
        Files.writeString(
                broker.settings(),
                String.join(
                        "\n",
                        "process.roles=broker,controller",
                        "node.id=1",
                        "controller.quorum.voters=1@127.0.0.1:" + controllerPort,
                        "listeners=PLAINTEXT://127.0.0.1:" + broker.port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                        "controller.listener.names=CONTROLLER",
                        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                        "log.dirs=" + directory.resolve("data"),
                        "auto.create.topics.enable=false",
                        "offsets.topic.replication.factor=1",
                        "transaction.state.log.replication.factor=1",
                        "group.initial.rebalance.delay.ms=0",
                        // What is acknowledged survives a kill of the process in any case.
                        "num.network.threads=1",
                        "num.io.threads=2",
                        "background.threads=1",
                        "log.cleaner.enable=false"));
        final Process format = broker.java(
                "kafka.tools.StorageTool",
                "format",
                "-t",
                "AAAAAAAAAAAAAAAAAAAAAQ",
                "-c",
                broker.settings().toString());
        assertTrue(format.waitFor(PATIENCE_S, TimeUnit.SECONDS));
        assertEquals(0, format.exitValue(), () -> "see " + directory);
        broker.restart();
        return broker;
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** Starts it again after {@link #kill}. */
    void restart() throws IOException, InterruptedException {
        process = java("kafka.Kafka", settings().toString());
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        try (Admin admin = admin()) {
            while (true) {
                try {
                    admin.describeCluster().nodes().get(5, TimeUnit.SECONDS);
                    return;
                } catch (final Exception e) {
                    assertTrue(process.isAlive(), () -> "the broker ended: " + log());
                    assertTrue(System.nanoTime() - deadlineNs < 0, () -> "the broker is not up: " + log());
                }
            }
        }
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertTrue(process.waitFor(PATIENCE_S, TimeUnit.SECONDS));
    }

    void createTopic(final String name, final int partitions, final int maxMessageBytes) throws Exception {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)
                            .configs(Map.of("max.message.bytes", Integer.toString(maxMessageBytes)))))
                    .all()
                    .get(PATIENCE_S, TimeUnit.SECONDS);
        }
    }

    /** All records of a topic now, by partition in the order of their offsets. */
    List<ConsumerRecord<byte[], byte[]>> records(final String topic) {
        final Properties properties = new Properties();
        properties.put("bootstrap.servers", address());
        properties.put("fetch.max.bytes", "100000000");
        final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (final TopicPartition partition : consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList()) {
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                final long end = consumer.endOffsets(List.of(partition)).get(partition);
                while (consumer.position(partition) < end) {
                    consumer.poll(Duration.ofSeconds(5)).forEach(records::add);
                }
            }
        }
        return records;
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private Admin admin() {
        final Properties properties = new Properties();
        properties.put("bootstrap.servers", address());
        properties.put("reconnect.backoff.max.ms", "100");
        properties.put("reconnect.backoff.ms", "50");
        return Admin.create(properties);
    }

    private Process java(final String main, final String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
    }

    private Path settings() {
        return directory.resolve("server.properties");
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (final IOException e) {
            return e.toString();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
