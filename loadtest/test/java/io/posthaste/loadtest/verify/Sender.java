package io.posthaste.loadtest.verify;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends messages as they are, one dialogue line after the other. */
final class Sender implements AutoCloseable {
    private static final int TIMEOUT_MS = 10_000;

    private final Socket socket;
    private final BufferedReader in;

    Sender(int port) throws IOException {
        socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
        socket.setSoTimeout(TIMEOUT_MS);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        expect("220");
        say("HELO client.example", "250");
    }

    /** One transaction with so many recipients. */
    Sender sends(String message, int recipients) throws IOException {
        say("MAIL FROM:<a@client.example>", "250");
        for (int i = 0; i < recipients; i++) {
            say("RCPT TO:<r" + i + "@server.example>", "250");
        }
        say("DATA", "354");
        say(message.replaceAll("(?m)^\\.", "..") + ".", "250");
        return this;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void say(String text, String code) throws IOException {
        socket.getOutputStream().write(Messages.octets(text + "\r\n"));
        expect(code);
    }

    private void expect(String code) throws IOException {
        final String line = in.readLine();
        assertNotNull(line);
        assertTrue(line.startsWith(code + " "), line);
    }
}
