package io.posthaste.conformance;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A server on the network, over a blocking socket. One thread; {@link #close} from any. */
final class SocketPeer implements DialoguePeer {
    /** Long enough for a segment to be read on a quiet machine, short enough for hundreds of cases. */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Socket plain;
    private Socket socket;
    private boolean isBroken;

    private SocketPeer(final Socket socket) {
        this.plain = socket;
        this.socket = socket;
    }

    /**
     * Connects.
     *
     * @param timeout for the connection and for each reply
     */
    static SocketPeer connect(final InetSocketAddress address, final Duration timeout) throws IOException {
        final Socket socket = new Socket();
        try {
            final int timeoutMs = (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeout.toMillis()));
            socket.setTcpNoDelay(true);
            socket.connect(address, timeoutMs);
            socket.setSoTimeout(timeoutMs);
            return new SocketPeer(socket);
        } catch (final IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void send(final byte[] octets) {
        try {
            socket.getOutputStream().write(octets);
            socket.getOutputStream().flush();
        } catch (final IOException e) {
            // The server closed: what it said before can still be read.
            isBroken = true;
        }
    }

    @Override
    public int receive(final byte[] into) {
        try {
            return socket.getInputStream().read(into);
        } catch (final SocketTimeoutException e) {
            return isBroken ? CLOSED : NOTHING;
        } catch (final IOException e) {
            return CLOSED;
        }
    }

    @Override
    public void pause() {
        LockSupport.parkNanos(this, PAUSE_NS);
    }

    @Override
    public void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public Handshake startTls() throws IOException {
        try {
            final SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAnyone()}, new SecureRandom());
            final SSLSocket secure = (SSLSocket) context.getSocketFactory()
                    .createSocket(plain, plain.getInetAddress().getHostAddress(), plain.getPort(), true);
            secure.startHandshake();
            socket = secure;
            return Handshake.DONE;
        } catch (final SSLException e) {
            // The JDK has no type of its own for octets that are no TLS record.
            return String.valueOf(e.getMessage()).contains("unrecognized SSL message")
                    ? Handshake.PLAINTEXT_CAME
                    : Handshake.REFUSED;
        } catch (final IOException e) {
            return Handshake.REFUSED;
        } catch (final GeneralSecurityException e) {
            throw new IOException("TLS is not available", e);
        }
    }

    @Override
    public void close() {
        try {
            plain.close();
        } catch (final IOException e) {
            // It is gone either way.
        }
    }

    /** Whose certificate it is does not matter to a probe. */
    private static final class TrustAnyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String type) {}

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
