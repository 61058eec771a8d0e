package io.posthaste.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Goes through what starts do, so that the Java virtual machine can note which classes that takes: the launcher makes its
 * class-data-sharing archive from them. Listens on a loopback port that the kernel chooses, takes a message, keeps nothing,
 * and ends by itself. Exit code 0, or 1 when something of it failed.
 */
public final class Rehearsal {
    private static final Pattern PORT = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");
    private static final int PATIENCE_MS = 10_000;

    private static final String DIALOGUE = """
            EHLO rehearsal.invalid\r
            MAIL FROM:<>\r
            RCPT TO:<rehearsal@localhost>\r
            DATA\r
            Subject: rehearsal\r
            \r
            .\r
            QUIT\r
            """;

    private Rehearsal() {}

    public static void main(final String[] arguments) throws IOException {
        int exitCode = 1;
        try {
            Logging.configure();
            say("--help");
            say("explain", "250");
            exchange(say("sink", "--listen", "127.0.0.1:0"));
            exchange(say("serve", "--listen", "127.0.0.1:0", "--deliver", "discard:", "--tls-self-signed"));
            exitCode = 0;
        } finally {
            // Also when something failed: the threads of a server that is up would go on.
            System.exit(exitCode);
        }
    }

    /** Runs a command line of ours, whatever the environment says, and returns what it says. */
    private static String say(final String... arguments) throws IOException {
        final StringWriter said = new StringWriter();
        final PrintWriter out = new PrintWriter(said, true);
        if (Main.run(arguments, Map.of(), out, out) != 0) {
            throw new IOException(said.toString());
        }
        return said.toString();
    }

    private static void exchange(final String announcement) throws IOException {
        final Matcher port = PORT.matcher(announcement);
        if (!port.find()) {
            throw new IOException("no port in: " + announcement);
        }
        try (Socket client = new Socket("127.0.0.1", Integer.parseInt(port.group(1)))) {
            client.setSoTimeout(PATIENCE_MS);
            client.getOutputStream().write(DIALOGUE.getBytes(StandardCharsets.US_ASCII));
            final InputStream replies = client.getInputStream();
            final String said = new String(replies.readAllBytes(), StandardCharsets.US_ASCII);
            if (!said.contains("\n354 ") || !said.contains("\n221 ")) {
                throw new IOException("the rehearsal went wrong: " + said);
            }
        }
    }
}
