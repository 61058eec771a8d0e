package io.posthaste.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** One side of an SMTP dialogue, written out line by line, on a blocking socket. It adds nothing and hides nothing. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 10_000;
    private static final int CODE_LENGTH = 3;

    private final Socket socket;
    private final InputStream in;

    private RawClient(final Socket socket) throws IOException {
        this.socket = socket;
        in = new BufferedInputStream(socket.getInputStream());
    }

    private static Socket open(final InetSocketAddress address) throws IOException {
        final Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(address, TIMEOUT_MS);
        return socket;
    }

    /** Connects where TLS begins before the greeting. */
    public static RawClient connectSecurely(final InetSocketAddress address, final SSLContext context)
            throws IOException {
        return secured(open(address), context);
    }

    /** As {@link #connectSecurely(InetSocketAddress, SSLContext)}, asking for a host (SNI) by one version of TLS. */
    public static RawClient connectSecurely(
            final InetSocketAddress address, final SSLContext context, final String host, final String protocol)
            throws IOException {
        final SSLSocket secure =
                (SSLSocket) context.getSocketFactory().createSocket(open(address), host, address.getPort(), true);
        secure.setEnabledProtocols(new String[] {protocol});
        secure.startHandshake();
        return new RawClient(secure);
    }

    /** STARTTLS is sent: takes its 220 and shakes hands; this client is not to be used any more. */
    public RawClient startsTls(final SSLContext context) throws IOException {
        expects(220);
        return secured(socket, context);
    }

    /** As {@link #startsTls}, for what the server shows of itself. */
    java.security.cert.Certificate certificateOfTls(final SSLContext context) throws IOException {
        return ((SSLSocket) startsTls(context).socket).getSession().getPeerCertificates()[0];
    }

    private static RawClient secured(final Socket plain, final SSLContext context) throws IOException {
        final SSLSocket secure =
                (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), true);
        secure.startHandshake();
        return new RawClient(secure);
    }

    /** Connects to a port of loopback. */
    public static RawClient connect(final int port) throws IOException {
        return connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
    }

    public static RawClient connect(final InetSocketAddress address) throws IOException {
        return new RawClient(open(address));
    }

    /** Connects, takes the greeting and says EHLO. */
    public static RawClient greeted(final int port) throws IOException {
        final RawClient client = connect(port);
        client.expects(220);
        client.sends("EHLO client.example");
        client.expects(250);
        return client;
    }

    /** Sends lines, each with CRLF, in one write. */
    public RawClient sends(final String... lines) throws IOException {
        return sendsOctets((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Sends octets as they are. */
    public RawClient sendsOctets(final byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        return this;
    }

    /** Reads one reply, of however many lines, and requires its code; returns the lines without it. */
    public List<String> expects(final int code) throws IOException {
        final List<String> texts = new ArrayList<>();
        String line;
        do {
            line = readLine();
            assertEquals(Integer.toString(code), line.substring(0, Math.min(CODE_LENGTH, line.length())), line);
            texts.add(line.substring(Math.min(CODE_LENGTH + 1, line.length())));
        } while (line.startsWith("-", CODE_LENGTH));
        return texts;
    }

    /** Requires that the server says nothing more and closes. */
    public void expectsEnd() throws IOException {
        final int octet = in.read();
        if (octet >= 0) {
            throw new AssertionError("end expected, got: " + (char) octet + readLine());
        }
    }

    /** MAIL, RCPT and DATA up to its 354. */
    public RawClient begins(final String from, final String... recipients) throws IOException {
        sends("MAIL FROM:<" + from + ">").expects(250);
        for (final String recipient : recipients) {
            sends("RCPT TO:<" + recipient + ">").expects(250);
        }
        sends("DATA").expects(354);
        return this;
    }

    /** A whole transaction up to the end of data; its reply is to be expected. */
    public RawClient mails(final String... lines) throws IOException {
        begins("a@client.example", "b@server.example");
        if (lines.length > 0) {
            sends(lines);
        }
        return sends(".");
    }

    /** No more will be sent; replies are still read. */
    public void endsOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes without a word. */
    public void hangsUp() throws IOException {
        socket.close();
    }

    /** Breaks the connection: the server sees a reset, whatever it was doing. */
    public void resets() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line, without its CRLF. */
    String readLine() throws IOException {
        final ByteArrayOutputStream line = new ByteArrayOutputStream();
        int octet = in.read();
        while (octet != '\n') {
            if (octet < 0) {
                throw new EOFException("the server closed the connection after '" + line + "'");
            }
            line.write(octet);
            octet = in.read();
        }
        final String text = line.toString(StandardCharsets.ISO_8859_1);
        assertEquals('\r', text.charAt(text.length() - 1), "a reply line ends with CRLF: " + text);
        return text.substring(0, text.length() - 1);
    }
}
