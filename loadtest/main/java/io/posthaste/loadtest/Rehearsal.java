package io.posthaste.loadtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Goes through a small run against a server of its own, so that the Java virtual machine can note which classes that takes:
 * the launcher makes its class-data-sharing archive from them. Uses a loopback port that the kernel chooses, and ends by
 * itself. Exit code 0, or another when something of it failed.
 */
public final class Rehearsal {
    private static final int PATIENCE_MS = 10_000;

    private Rehearsal() {}

    public static void main(String[] args) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener.setSoTimeout(PATIENCE_MS);
            final Thread server = new Thread(() -> serve(listener), "rehearsal");
            server.setDaemon(true);
            server.start();
            final PrintWriter nowhere = new PrintWriter(new StringWriter(), true);
            final String target = "127.0.0.1:" + listener.getLocalPort();
            System.exit(LoadMain.run(nowhere, nowhere, target, "--connections", "1", "--messages", "10"));
        }
    }

    /** One client, which gets the replies that it hopes for. A failure shows as a run that is not clean. */
    private static void serve(ServerSocket listener) {
        try (Socket client = listener.accept()) {
            client.setSoTimeout(PATIENCE_MS);
            final BufferedReader lines =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            final OutputStream replies = client.getOutputStream();
            reply(replies, "220 rehearsal");
            boolean isContent = false;
            String line;
            while ((line = lines.readLine()) != null) {
                if (isContent) {
                    isContent = !line.equals(".");
                    if (isContent) {
                        continue;
                    }
                }
                isContent = line.toUpperCase(Locale.ROOT).equals("DATA");
                reply(replies, isContent ? "354 go on" : line.equals("QUIT") ? "221 bye" : "250 fine");
            }
        } catch (final IOException e) {
            System.err.println("rehearsal: " + e);
        }
    }

    private static void reply(OutputStream replies, String text) throws IOException {
        replies.write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
