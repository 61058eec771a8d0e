package io.posthaste.tls;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** An engine of ours and a client of the JDK's, with nothing between them. What is heavy is done at once. */
public final class EnginePair {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int ROOM = 1 << 16;
    /** Of both sides; more are a handshake that does not end. */
    private static final int MOST_STEPS = 100;

    public final TlsEngine server;
    public final SSLEngine client;
    private final ByteBuffer toServer = ByteBuffer.allocateDirect(ROOM);
    private final ByteBuffer toClient = ByteBuffer.allocateDirect(ROOM);
    private final ByteBuffer plain = ByteBuffer.allocateDirect(ROOM);
    private boolean clientFinished;

    public EnginePair(final TlsEngine server, final SSLContext clients, final String... protocols) {
        this.server = server;
        client = clients.createSSLEngine("mx.test", 25);
        client.setUseClientMode(true);
        if (protocols.length > 0) {
            client.setEnabledProtocols(protocols);
        }
    }

    /** Shakes hands to its end, and lets the client hear what comes with it. */
    public EnginePair shakesHands() throws SSLException {
        shakesHands(MOST_STEPS);
        if (!server.isFinished() || !clientFinished) {
            throw new SSLException("the handshake does not end");
        }
        return this;
    }

    /** Goes so many steps of the handshake. */
    public void shakesHands(final int steps) throws SSLException {
        client.beginHandshake();
        for (int i = 0; i < steps && (i % 2 == 0 ? clientSpeaks() : serverSpeaks()); i++) {
            // A step is what one side does until it waits for the other.
            clientFinished |= client.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
        }
    }

    /** The client hears what there is for it, and says what it has to; false when both sides wait. */
    private boolean clientSpeaks() throws SSLException {
        toClient.flip();
        boolean moved = false;
        boolean more = true;
        while (more) {
            final SSLEngineResult result;
            if (client.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                result = client.wrap(NOTHING, toServer);
            } else {
                result = client.unwrap(toClient, plain.clear());
            }
            runClientTasks();
            more = result.bytesConsumed() + result.bytesProduced() > 0;
            moved |= more;
        }
        toClient.clear();
        return moved;
    }

    private void runClientTasks() {
        for (Runnable task = client.getDelegatedTask(); task != null; task = client.getDelegatedTask()) {
            task.run();
        }
    }

    private boolean serverSpeaks() throws SSLException {
        toServer.flip();
        boolean moved = false;
        boolean more = true;
        while (more) {
            final int before = toServer.remaining() - toClient.position();
            final boolean isTask = server.need() == TlsEngine.Need.TASK;
            switch (server.need()) {
                case TASK -> server.runTask();
                case WRAP -> server.wrap(NOTHING, toClient);
                default -> server.unwrap(toServer, plain.clear());
            }
            more = server.need() == TlsEngine.Need.TASK
                    || server.need() == TlsEngine.Need.WRAP
                    || (isTask || toServer.remaining() - toClient.position() != before) && toServer.hasRemaining();
            moved = true;
        }
        toServer.clear();
        return moved;
    }

    /** The client says something; what the server makes of it. */
    public String clientSays(final String text) throws SSLException {
        client.wrap(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), toServer);
        toServer.flip();
        plain.clear();
        while (toServer.hasRemaining()) {
            server.unwrap(toServer, plain);
        }
        toServer.clear();
        return StandardCharsets.US_ASCII.decode(plain.flip()).toString();
    }

    /** The server says something; what the client makes of it. Tickets may come with it. */
    public String serverSays(final String text) throws SSLException {
        final byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        final ByteBuffer direct =
                ByteBuffer.allocateDirect(octets.length).put(octets).flip();
        while (direct.hasRemaining()) {
            server.wrap(direct, toClient);
        }
        toClient.flip();
        plain.clear();
        while (toClient.hasRemaining()) {
            client.unwrap(toClient, plain);
            runClientTasks();
        }
        toClient.clear();
        return StandardCharsets.US_ASCII.decode(plain.flip()).toString();
    }

    /** Makes a record of the client's and leaves it for {@link #unwrapOfServer}. */
    public void clientWrites(final ByteBuffer octets) throws SSLException {
        final SSLEngineResult result = client.wrap(octets, toServer.clear());
        if (result.bytesConsumed() == 0) {
            throw new SSLException("no room");
        }
        toServer.flip();
    }

    /** The server takes the record; nothing is allocated here. */
    public int unwrapOfServer() throws SSLException {
        server.unwrap(toServer, plain.clear());
        return plain.position();
    }

    /** The server makes a record; nothing is allocated here. */
    public int wrapOfServer(final ByteBuffer octets) throws SSLException {
        server.wrap(octets, toClient.clear());
        return toClient.position();
    }
}
