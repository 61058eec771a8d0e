package io.posthaste.loadtest.verify;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks a sink that verifies what it has of a run: {@code HELP VERIFY} over SMTP. One thread, blocking. */
final class VerifyClient implements Closeable {
    private static final int CODE_LENGTH = 3;
    private static final String READY = "220";
    private static final String HELP = "214";
    private static final String NO_SUCH_TOPIC = "504";

    private final InetSocketAddress sink;
    private final Socket socket;
    private final BufferedReader in;

    private VerifyClient(InetSocketAddress sink, Socket socket) throws IOException {
        this.sink = sink;
        this.socket = socket;
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    /**
     * Connects and takes the greeting.
     *
     * @param timeoutMs longest wait for the connection and for each read
     */
    static VerifyClient connect(InetSocketAddress sink, int timeoutMs) throws IOException {
        final Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeoutMs);
            socket.connect(sink, timeoutMs);
            final VerifyClient client = new VerifyClient(sink, socket);
            client.expect(READY, "its greeting");
            return client;
        } catch (IOException e) {
            socket.close();
            throw new IOException("the sink " + sink + " cannot be asked: " + e.getMessage(), e);
        }
    }

    /** The figures of a run and the first of its gaps at or behind a sequence number. */
    Answer ask(String run, long from) throws IOException {
        final String command = "HELP VERIFY " + run + " FROM " + from;
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        return Answer.of(expect(HELP, command));
    }

    @Override
    public void close() throws IOException {
        try (socket) {
            socket.getOutputStream().write("QUIT\r\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private List<String> expect(String code, String what) throws IOException {
        final List<String> texts = new ArrayList<>();
        String line;
        do {
            line = in.readLine();
            if (line == null) {
                throw new EOFException("it closed the connection");
            }
            if (line.startsWith(NO_SUCH_TOPIC)) {
                throw new IOException("the server at " + sink
                        + " does not verify, or not for this client: it is to be 'posthaste sink --verify', and trusted are"
                        + " loopback and --trusted-network");
            }
            if (!line.startsWith(code) || line.length() <= CODE_LENGTH) {
                throw new IOException("its answer to " + what + " is: " + line);
            }
            texts.add(line.substring(CODE_LENGTH + 1));
        } while (line.charAt(CODE_LENGTH) == '-');
        return texts;
    }

    /** A reply of words {@code key=value}. */
    static final class Answer {
        private final Map<String, Long> figures = new HashMap<>();
        private final List<Ranges.Range> gaps = new ArrayList<>();
        private final List<Ranges.Range> parts = new ArrayList<>();

        private Answer() {}

        /** Reads the lines of a reply; words without {@code =} are passed over. */
        static Answer of(List<String> lines) throws IOException {
            final Answer answer = new Answer();
            for (final String word : String.join(" ", lines).split(" ")) {
                final int equals = word.indexOf('=');
                if (equals > 0) {
                    answer.add(word.substring(0, equals), word.substring(equals + 1));
                }
            }
            return answer;
        }

        private void add(String key, String value) throws IOException {
            try {
                if (key.equals("gap") || key.equals("part")) {
                    final int hyphen = value.indexOf('-');
                    final Ranges.Range range = new Ranges.Range(
                            Long.parseLong(value.substring(0, Math.max(0, hyphen))),
                            Long.parseLong(value.substring(hyphen + 1)));
                    (key.equals("gap") ? gaps : parts).add(range);
                } else if (!key.equals("run")) {
                    figures.put(key, Long.parseLong(value));
                }
            } catch (NumberFormatException e) {
                throw new IOException("the sink says " + key + "=" + value + ", which is no number", e);
            }
        }

        /** @throws IOException the sink did not say it */
        long figure(String key) throws IOException {
            final Long value = figures.get(key);
            if (value == null) {
                throw new IOException("the sink does not say " + key + "=");
            }
            return value;
        }

        List<Ranges.Range> gaps() {
            return gaps;
        }

        List<Ranges.Range> parts() {
            return parts;
        }
    }
}
