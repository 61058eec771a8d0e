package io.posthaste.tls;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.StandardConstants;

/** The JDK's engine. */
final class JdkEngine implements TlsEngine {
    /** Type, version and length of a record (RFC 8446 section 5.1). */
    private static final int HEADER_LENGTH = 5;

    private static final int LENGTH_AT = 3;

    private final SSLEngine engine;
    private final long bornEpochMs = System.currentTimeMillis();
    private boolean finished;
    /** What is known of the session before the end of the handshake; null where the engine itself gave up, and forgot it. */
    private SSLSession underWay;

    JdkEngine(final SSLEngine engine) throws SSLException {
        this.engine = engine;
        engine.beginHandshake();
    }

    @Override
    public Need need() {
        return switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> Need.TASK;
            case NEED_WRAP -> Need.WRAP;
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> Need.UNWRAP;
            default -> Need.NOTHING;
        };
    }

    /**
     * The JDK wants room for a record as soon as it sees its length. As long as the record is not whole that is no want: it may be
     * more than the room that the octets here will ever need.
     */
    @Override
    public Outcome unwrap(final ByteBuffer cipher, final ByteBuffer plain) throws SSLException {
        final Outcome outcome = outcome(engine.unwrap(cipher, plain));
        return outcome == Outcome.NO_ROOM && !isWhole(cipher) ? Outcome.INCOMPLETE : outcome;
    }

    /** Whether all of the next record is there. */
    private static boolean isWhole(final ByteBuffer cipher) {
        if (cipher.remaining() < HEADER_LENGTH) {
            return false;
        }
        final int at = cipher.position() + LENGTH_AT;
        return cipher.remaining() - HEADER_LENGTH >= ((cipher.get(at) & 0xFF) << Byte.SIZE | cipher.get(at + 1) & 0xFF);
    }

    @Override
    public Outcome wrap(final ByteBuffer plain, final ByteBuffer cipher) throws SSLException {
        return outcome(engine.wrap(plain, cipher));
    }

    private Outcome outcome(final SSLEngineResult result) {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
            finished = true;
            underWay = null;
        }
        return switch (result.getStatus()) {
            case OK -> Outcome.OK;
            case BUFFER_UNDERFLOW -> Outcome.INCOMPLETE;
            case BUFFER_OVERFLOW -> Outcome.NO_ROOM;
            case CLOSED -> Outcome.CLOSED;
        };
    }

    @Override
    public void runTask() {
        Runnable task = engine.getDelegatedTask();
        while (task != null) {
            task.run();
            task = engine.getDelegatedTask();
        }
        underWay = engine.getHandshakeSession();
    }

    @Override
    public boolean isFinished() {
        return finished;
    }

    /** A session that is older than the engine was begun by another. */
    @Override
    public boolean isResumed() {
        return engine.getSession().getCreationTime() < bornEpochMs;
    }

    @Override
    public String version() {
        return engine.getSession().getProtocol();
    }

    @Override
    public String cipherSuite() {
        return engine.getSession().getCipherSuite();
    }

    @Override
    public String serverName() {
        if ((finished ? engine.getSession() : underWay) instanceof ExtendedSSLSession session) {
            for (final SNIServerName name : session.getRequestedServerNames()) {
                if (name.getType() == StandardConstants.SNI_HOST_NAME) {
                    return new String(name.getEncoded(), StandardCharsets.US_ASCII);
                }
            }
        }
        return null;
    }

    @Override
    public void closeOutput() {
        engine.closeOutbound();
    }

    @Override
    public boolean isOutputClosed() {
        return engine.isOutboundDone();
    }

    /** All of it is on the heap. */
    @Override
    public void release() {}
}
