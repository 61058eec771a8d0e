package io.posthaste.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.posthaste.conformance.DialoguePeer.Handshake;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SocketPeerTest {
    private static final byte[] NOOP = "NOOP\r\n".getBytes(StandardCharsets.US_ASCII);
    private ServerSocket listener;
    private SocketPeer peer;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        peer = SocketPeer.connect(
                new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()), Duration.ofMillis(200));
        server = listener.accept();
    }

    @AfterEach
    void disconnect() throws IOException {
        peer.close();
        server.close();
        listener.close();
    }

    @Test
    void shouldCarryOctetsBothWays() throws IOException {
        peer.send(NOOP);
        assertEquals("NOOP\r\n", new String(server.getInputStream().readNBytes(NOOP.length)));
        server.getOutputStream().write(NOOP);
        assertEquals(NOOP.length, peer.receive(new byte[100]));
    }

    @Test
    void shouldTellSilenceFromAClose() throws IOException {
        assertEquals(DialoguePeer.NOTHING, peer.receive(new byte[100]));
        server.close();
        assertEquals(DialoguePeer.CLOSED, peer.receive(new byte[100]));
    }

    @Test
    void shouldStillReadAfterClosingItsDirection() throws IOException {
        peer.halfClose();
        assertEquals(-1, server.getInputStream().read());
        server.getOutputStream().write(NOOP);
        assertEquals(NOOP.length, peer.receive(new byte[100]));
    }

    @Test
    void shouldSeePlaintextInPlaceOfTheHandshake() throws IOException {
        server.getOutputStream().write("250 2.0.0 OK injected\r\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals(Handshake.PLAINTEXT_CAME, peer.startTls());
    }

    @Test
    void shouldTakeAnAlertForARefusedHandshake() throws IOException {
        // A fatal alert: handshake_failure.
        server.getOutputStream().write(new byte[] {21, 3, 3, 0, 2, 2, 40});
        assertEquals(Handshake.REFUSED, peer.startTls());
    }

    @Test
    void shouldTakeACloseForARefusedHandshake() throws IOException {
        server.shutdownOutput();
        assertEquals(Handshake.REFUSED, peer.startTls());
    }
}
