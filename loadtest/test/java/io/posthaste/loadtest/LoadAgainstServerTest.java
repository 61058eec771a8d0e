package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.server.SmtpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client and the real server, each counting for itself, agree. */
@Timeout(120)
class LoadAgainstServerTest {
    private static final int MESSAGES = 2000;

    @ParameterizedTest
    @CsvSource({"off, 0, 1, 4096", "on, 0, 1, 4096", "off, 1, 1, 4096", "on, 7, 3, 512", "off, 0, 1, 200000"})
    void shouldAgreeWithTheServerOnWhatWasAccepted(
            final String pipelining, final String messagesPerConnection, final int recipients, final int size)
            throws IOException {
        try (SmtpServer server =
                SmtpServer.builder().listen("127.0.0.1", 0).reactors(2).start()) {
            assertEquals(
                    0,
                    load(
                            server,
                            "--pipelining=" + pipelining,
                            "--messages-per-connection=" + messagesPerConnection,
                            "--recipients=" + recipients,
                            "--size=" + size));

            assertEquals(MESSAGES, server.status().count(Counter.MESSAGES_ACCEPTED));
            assertEquals(MESSAGES, server.status().count(Counter.TRANSACTIONS));
            assertEquals(
                    server.status().count(Counter.CONNECTIONS_ACCEPTED),
                    server.status().replies(220));
            assertEquals(0, server.status().count(CloseReason.PEER_CLOSED_IN_TRANSACTION));
            assertEquals(0, server.status().count(Counter.INTERNAL_ERRORS));
            final long octets = server.status().count(Counter.CONTENT_OCTETS);
            assertEquals((long) MESSAGES * size, octets);
        }
    }

    @Test
    void shouldDeliverToAHandlerTheContentThatWasComposed() throws IOException {
        final List<Long> lengths = Collections.synchronizedList(new ArrayList<>());
        try (SmtpServer server = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .deliverTo(envelope -> {
                    lengths.add((long) envelope.contentStream().readAllBytes().length);
                })
                .start()) {
            assertEquals(0, load(server, "--size=64k", "--pipelining=on"));
        }
        assertEquals(MESSAGES, lengths.size());
        assertTrue(lengths.stream().allMatch(length -> length == 64 * 1024));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--chunking",
                "--chunking --pipelining=on",
                "--chunking --pipelining=on --pipeline-depth=32 --size=1k",
                "--chunking --recipients=3 --messages-per-connection=7",
                "--8bit --pipelining=on",
                "--size=mix:1k=5,9k=3,100k=1 --threads=3",
                "--rate=4000 --threads=2",
                "--rate=1k..9k --over=400ms --arrivals=poisson --pipelining=on",
                "--rate=1k,8k --step=100ms --messages-per-connection=20"
            })
    void shouldAgreeWithTheServerInEveryShape(String options) throws IOException {
        final Set<Long> sequences = Collections.synchronizedSet(new HashSet<>());
        try (SmtpServer server = SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .reactors(2)
                .deliverTo(envelope -> {
                    sequences.add(new StampedMessage(withoutTrace(envelope.contentStream())).sequence());
                })
                .start()) {
            assertEquals(0, load(server, options.split(" ")));
            assertEquals(MESSAGES, server.status().count(Counter.MESSAGES_ACCEPTED));
            assertEquals(MESSAGES, server.status().count(Counter.TRANSACTIONS));
            assertEquals(0, server.status().count(Counter.INTERNAL_ERRORS));
        }
        assertEquals(MESSAGES, sequences.size());
        assertEquals(MESSAGES - 1, Collections.max(sequences));
    }

    /** The message from its stamp on: a server may put trace fields before it. */
    private static byte[] withoutTrace(InputStream content) throws IOException {
        final byte[] message = content.readAllBytes();
        final String text = new String(message, StandardCharsets.ISO_8859_1);
        return Arrays.copyOfRange(message, text.indexOf("X-Posthaste-Load:"), message.length);
    }

    private static int load(final SmtpServer server, final String... options) {
        final List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add("--messages=" + MESSAGES);
        arguments.add("--connections=10");
        arguments.add("--quiet");
        arguments.add("127.0.0.1:" + server.port());
        final StringWriter output = new StringWriter();
        final int code =
                LoadMain.run(new PrintWriter(output), new PrintWriter(output), arguments.toArray(String[]::new));
        if (code != 0) {
            throw new AssertionError(output);
        }
        return code;
    }
}
