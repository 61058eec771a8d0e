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
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * An SMTP server that says what a test tells it to say, and keeps what it was told. One thread a connection.
 *
 * <p>Replies are scripted by verb; the greeting goes by CONNECT, the reply to content by its end mark, a dot, and what is
 * said in place of a TLS handshake by TLS. Behind STARTTLS replies go by "TLS EHLO" and the like, where there are such.
 */
final class ScriptedServer implements AutoCloseable {
    /** In place of a reply: the connection is closed. */
    static final String CLOSE = "close";
    /** In place of a reply: the connection is reset. */
    static final String RESET = "reset";
    /** In place of a reply: nothing, ever. */
    static final String SILENCE = "silence";

    /** In place of a reply: the connection is closed, without close_notify. */
    static final String CUT = "cut";
    /** In place of what is said for a handshake: the handshake. */
    static final String HANDSHAKE = "handshake";
    /** Before a reply: new keys are asked for, by a key update or by renegotiation. */
    static final String REKEY = "rekey ";

    private final ServerSocket listener;
    private final Map<String, List<String>> script = new HashMap<>();
    private final List<String> commands = new ArrayList<>();
    private final List<byte[]> messages = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();
    private final List<SSLSession> sessions = new ArrayList<>();
    private int orderlyEnds;

    private boolean isRecording = true;
    private boolean isByteByByte;
    private TlsServer tls;
    private boolean isTlsImplicit;

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
        replies("TLS", HANDSHAKE);
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

    /** Speaks TLS from the begin of each connection. */
    ScriptedServer implicitTls(TlsServer server) {
        tls = server;
        isTlsImplicit = true;
        return this;
    }

    /** Offers STARTTLS, in plain text only. */
    ScriptedServer startTls(TlsServer server) {
        tls = server;
        final String offer = "250-scripted\r\n250-STARTTLS\r\n250 SIZE";
        final String secured = "250-scripted\r\n250-SIZE\r\n250-CHUNKING\r\n250-8BITMIME\r\n250 PIPELINING";
        return replies("EHLO", offer).replies("TLS EHLO", secured).replies("STARTTLS", "220 go");
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
            if (isTlsImplicit) {
                serveSecured(socket, true);
            } else {
                converse(socket, true);
            }
        } catch (IOException e) {
            // The client has gone, or the test is over.
        }
    }

    /** Goes on in TLS over a plain connection, whose close is the caller's. */
    private void serveSecured(Socket plain, boolean isNew) throws IOException {
        final String said = next("TLS");
        if (!said.equals(HANDSHAKE)) {
            if (answer(said, plain, plain.getOutputStream())) {
                // Until the client closes, which it does for its own reasons.
                plain.getInputStream().readAllBytes();
            }
            return;
        }
        final SSLSocket secured = tls.over(plain);
        secured.startHandshake();
        synchronized (this) {
            sessions.add(secured.getSession());
        }
        converse(secured, isNew);
        secured.close();
    }

    private void converse(Socket socket, boolean isNew) throws IOException {
        final InputStream in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        final OutputStream out = socket.getOutputStream();
        boolean isOpen = !isNew || answer(next("CONNECT"), socket, out);
        while (isOpen) {
            final byte[] line = line(in);
            isOpen = line != null && serve(line, socket, in, out);
        }
    }

    private boolean serve(byte[] line, Socket socket, InputStream in, OutputStream out) throws IOException {
        final String command = new String(line, 0, line.length - 2, StandardCharsets.ISO_8859_1);
        record(command);
        final String verb = command.split("[ :]")[0].toUpperCase(Locale.ROOT);
        if (verb.equals("BDAT")) {
            record(in.readNBytes(Integer.parseInt(command.split(" ")[1])));
        }
        final String reply = next(verb, socket);
        if (!answer(reply, socket, out)) {
            return false;
        }
        if (verb.equals("QUIT")) {
            if (socket instanceof SSLSocket) {
                awaitCloseNotify(in);
            }
            return false;
        }
        if (verb.equals("STARTTLS") && reply.startsWith("220")) {
            serveSecured(socket, false);
            return false;
        }
        return !(verb.equals("DATA") && reply.startsWith("354")) || content(in) && answer(next("."), socket, out);
    }

    /** Throws if the connection ends otherwise. */
    private void awaitCloseNotify(InputStream in) throws IOException {
        if (in.read() < 0) {
            synchronized (this) {
                orderlyEnds++;
            }
        }
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
            case CUT:
                throw new IOException("cut");
            case SILENCE:
                return true;
            default:
                if (reply.startsWith(REKEY)) {
                    ((SSLSocket) socket).startHandshake();
                }
                write(reply.replace(REKEY, "") + "\r\n", out);
                return true;
        }
    }

    /** In TLS a verb's own replies for it, if there are any. */
    private String next(String verb, Socket socket) {
        final String secured = "TLS " + verb;
        return next(socket instanceof SSLSocket && script.containsKey(secured) ? secured : verb);
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

    /** What the handshakes that were finished agreed on. */
    synchronized List<SSLSession> sessions() {
        return List.copyOf(sessions);
    }

    /** Connections on which close_notify came behind QUIT. */
    synchronized int orderlyEnds() {
        return orderlyEnds;
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
