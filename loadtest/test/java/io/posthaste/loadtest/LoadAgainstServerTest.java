package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.CloseReason;
import io.posthaste.metrics.Counter;
import io.posthaste.server.SmtpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client and the real server, each counting for itself, agree. */
@Timeout(60)
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
