package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.metrics.Counter;
import io.posthaste.policy.ClientLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits on clients over real sockets, whose connections the kernel spreads over several reactors. */
@Timeout(60)
class ClientLimitsOverReactorsTest {
    private static final int MOST = 5;
    private static final String ONE = "127.0.0.1";
    private static final String OTHER = "127.0.0.2";

    private static SmtpServer start(final ClientLimits limits) throws IOException {
        return SmtpServer.builder()
                .listen("127.0.0.1", 0)
                .reactors(4)
                .clientLimits(limits)
                .start();
    }

    private static Socket connect(final SmtpServer server, final String source) throws IOException {
        return new Socket(InetAddress.getByName("127.0.0.1"), server.port(), InetAddress.getByName(source), 0);
    }

    private static int code(final Socket socket) throws IOException {
        return Integer.parseInt(
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                        .readLine()
                        .substring(0, 3));
    }

    /** Once it sees the end its place is free. */
    private static void quit(final Socket socket) throws IOException {
        socket.getOutputStream().write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
        socket.getInputStream().readAllBytes();
        socket.close();
    }

    @Test
    void shouldHoldTheLimitOfAClientOverAllReactors() throws IOException {
        final ArrayDeque<Socket> open = new ArrayDeque<>();
        try (SmtpServer server = start(ClientLimits.NONE.withConnections(MOST).withExempt(List.of()))) {
            int refused = 0;
            for (int i = 0; i < 100; i++) {
                final Socket socket = connect(server, ONE);
                if (code(socket) == 220) {
                    open.add(socket);
                } else {
                    socket.close();
                    refused++;
                }
                assertTrue(open.size() <= MOST, "more than allowed");
                if (i % 10 == 9) {
                    quit(open.remove());
                }
            }
            assertEquals(100 - 10 - open.size(), refused, "refused although there was a place");
            assertEquals(refused, server.status().count(Counter.LIMIT_CLIENT_CONNECTIONS));
            try (Socket other = connect(server, OTHER)) {
                assertEquals(220, code(other));
            }
        } finally {
            for (final Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void shouldExemptLoopbackByDefault() throws IOException {
        try (SmtpServer server = start(ClientLimits.DEFAULTS.withConnections(1));
                Socket one = connect(server, ONE);
                Socket other = connect(server, ONE)) {
            assertEquals(220, code(one));
            assertEquals(220, code(other));
        }
    }
}
