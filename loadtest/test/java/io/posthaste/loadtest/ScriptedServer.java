package io.posthaste.loadtest;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A plain SMTP server that says what a test tells it to say, and keeps what it was told. One thread a connection.
 *
 * <p>Replies are scripted by verb; the greeting goes by CONNECT, the reply to content by its end mark, a dot.
 */
final class ScriptedServer implements AutoCloseable {
    /** In place of a reply: the connection is closed. */
    static final String CLOSE = "close";
    /** In place of a reply: the connection is reset. */
    static final String RESET = "reset";
    /** In place of a reply: nothing, ever. */
    static final String SILENCE = "silence";

    private final ServerSocket listener;
    private final Map<String, List<String>> script = new HashMap<>();
    private final List<String> commands = new ArrayList<>();
    private final List<byte[]> messages = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();

    private boolean isRecording = true;
    private boolean isByteByByte;

    ScriptedServer() throws IOException {
        listener = new ServerSocket();
        // Small, so that large content does not fit.
        listener.setReceiveBufferSize(16 * 1024);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        replies("CONNECT", "220 scripted");
        replies("EHLO", "250-scripted\r\n250-SIZE\r\n250-CHUNKING\r\n250-8BITMIME\r\n250 PIPELINING");
        replies("MAIL", "250 ok");
        replies("RCPT", "250 ok");
        replies("DATA", "354 go");
        replies(".", "250 taken");
        replies("BDAT", "250 taken");
        replies("RSET", "250 ok");
        replies("QUIT", "221 bye");
    }

    /** The n-th use of a verb, over all connections, gets the n-th reply; the last one is repeated. */
    ScriptedServer replies(String verb, String... replies) {
        script.put(verb, new ArrayList<>(List.of(replies)));
        return this;
    }

    /** Each octet leaves on its own. */
    ScriptedServer byteByByte() {
        isByteByByte = true;
        return this;
    }

    /** Keeps neither commands nor messages. */
    ScriptedServer forgetful() {
        isRecording = false;
        return this;
    }

    ScriptedServer launch() {
        start(this::accept);
        return this;
    }

    private static void start(Runnable task) {
        final Thread thread = new Thread(task, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                final Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                synchronized (this) {
                    sockets.add(socket);
                }
                start(() -> serve(socket));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            final InputStream in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            final OutputStream out = socket.getOutputStream();
            boolean isOpen = answer(next("CONNECT"), socket, out);
            while (isOpen) {
                final byte[] line = line(in);
                isOpen = line != null && serve(line, socket, in, out);
            }
        } catch (IOException e) {
            // The client has gone, or the test is over.
        }
    }

    private boolean serve(byte[] line, Socket socket, InputStream in, OutputStream out) throws IOException {
        final String command = new String(line, 0, line.length - 2, StandardCharsets.ISO_8859_1);
        record(command);
        final String verb = command.split("[ :]")[0].toUpperCase(Locale.ROOT);
        if (verb.equals("BDAT")) {
            record(in.readNBytes(Integer.parseInt(command.split(" ")[1])));
        }
        final String reply = next(verb);
        if (!answer(reply, socket, out) || verb.equals("QUIT")) {
            return false;
        }
        return !(verb.equals("DATA") && reply.startsWith("354")) || content(in) && answer(next("."), socket, out);
    }

    private static byte[] line(InputStream in) throws IOException {
        final ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            line.write(octet);
            if (octet == '\n') {
                return line.toByteArray();
            }
        }
        return null;
    }

    /** Reads content, without the dots put in front of lines, up to the dot that stands alone. */
    private boolean content(InputStream in) throws IOException {
        final ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (byte[] line = line(in); line != null; line = line(in)) {
            if (line[0] == '.' && line.length == 3) {
                record(message.toByteArray());
                return true;
            }
            final int from = line[0] == '.' ? 1 : 0;
            message.write(line, from, line.length - from);
        }
        return false;
    }

    private synchronized void record(String command) {
        if (isRecording) {
            commands.add(command);
        }
    }

    private synchronized void record(byte[] message) {
        if (isRecording) {
            messages.add(message);
        }
    }

    private boolean answer(String reply, Socket socket, OutputStream out) throws IOException {
        switch (reply) {
            case CLOSE:
                return false;
            case RESET:
                socket.setSoLinger(true, 0);
                return false;
            case SILENCE:
                return true;
            default:
                write(reply + "\r\n", out);
                return true;
        }
    }

    private synchronized String next(String verb) {
        final List<String> replies = script.getOrDefault(verb, List.of("500 what"));
        return replies.size() == 1 ? replies.get(0) : replies.remove(0);
    }

    private void write(String reply, OutputStream out) throws IOException {
        final byte[] octets = reply.getBytes(StandardCharsets.ISO_8859_1);
        if (!isByteByByte) {
            out.write(octets);
            return;
        }
        for (final byte octet : octets) {
            out.write(octet);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    synchronized List<String> commands() {
        return List.copyOf(commands);
    }

    /** Messages whose end was seen, dots removed. */
    synchronized List<byte[]> messages() {
        return List.copyOf(messages);
    }

    /** Addresses that connections came from. */
    synchronized List<String> peers() {
        return sockets.stream()
                .map(socket -> socket.getInetAddress().getHostAddress())
                .toList();
    }

    synchronized int connections() {
        return sockets.size();
    }

    @Override
    public synchronized void close() throws IOException {
        listener.close();
        for (final Socket socket : sockets) {
            socket.close();
        }
    }
}
