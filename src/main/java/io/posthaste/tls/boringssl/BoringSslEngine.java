package io.posthaste.tls.boringssl;

import io.netty.internal.tcnative.SSL;
import io.posthaste.tls.TlsEngine;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * BoringSSL's engine. It is given whole records only, one at a time, so that between two calls it keeps nothing of them.
 *
 * <p>A handshake is heavy where a record of type handshake comes: ClientHello, and in TLS 1.2 ClientKeyExchange. Such records
 * are copied to the heap for the worker. What finishes a handshake of TLS 1.3 is of another type, and cheap.
 */
final class BoringSslEngine implements TlsEngine {
    private static final int HEADER = 5;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;
    private static final int MAJOR_VERSION = 3;
    /** Most octets of content in a record (RFC 8446 section 5.1). */
    private static final int GREATEST_PLAIN = 1 << 14;
    /** Most octets behind the header of one (RFC 5246 section 6.2.3). */
    private static final int GREATEST_RECORD = GREATEST_PLAIN + 2048;
    /** What BoringSSL may have to say of its own before a record: the tickets of TLS 1.3 go with the first. */
    private static final int SLACK = 1024;
    /** Octets that BoringSSL says while it reads, until {@link #wrap} fetches them; a longer flight goes on there. */
    private static final int UNASKED = 2048;
    /** All that one read can bring. */
    private static final int GREATEST_STAGE = 1 << 16;

    /** Where a worker puts what is staged: BoringSSL does not read from the heap. */
    private static final ThreadLocal<ByteBuffer> STAGE =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(GREATEST_STAGE));

    private final BoringSslEngines engines;
    /** 0 when released. */
    private long ssl;

    private long bio;
    private final int overhead;
    /** Records for the worker; null when there is no task. */
    private byte[] staged;
    /** What failed where it could not be thrown. */
    private SSLException failure;

    private boolean broken;
    private boolean finished;
    /** Whether the handshake cannot go on before what it has to say is fetched. */
    private boolean blocked;

    private boolean inputClosed;
    private boolean outputClosing;
    private boolean outputClosed;

    BoringSslEngine(final BoringSslEngines engines, final long context) {
        this.engines = engines;
        ssl = SSL.newSSL(context, true);
        try {
            bio = SSL.bioNewByteBuffer(ssl, UNASKED);
            overhead = SSL.getMaxWrapOverhead(ssl) + SLACK;
        } catch (final RuntimeException e) {
            SSL.freeSSL(ssl);
            throw e;
        }
    }

    @Override
    public Need need() {
        if (staged != null) {
            return Need.TASK;
        }
        if (failure != null || SSL.bioLengthNonApplication(bio) > 0) {
            return Need.WRAP;
        }
        if (finished || broken) {
            return Need.NOTHING;
        }
        return blocked ? Need.WRAP : Need.UNWRAP;
    }

    // ---- input

    @Override
    public Outcome unwrap(final ByteBuffer cipher, final ByteBuffer plain) throws SSLException {
        throwFailure();
        if (inputClosed) {
            return Outcome.CLOSED;
        }
        final int from = cipher.position();
        final int length = recordLength(cipher, from);
        if (length == 0) {
            return Outcome.INCOMPLETE;
        }
        if (!finished && cipher.get(from) == HANDSHAKE) {
            stage(cipher, length);
            return Outcome.OK;
        }
        if (plain.remaining() < length - HEADER) {
            return Outcome.NO_ROOM;
        }
        return finished ? decrypt(cipher, length, plain) : goOnShakingHands(cipher, length);
    }

    /** Octets of the record that begins there, with its header; 0 when it is not here as a whole. */
    private static int recordLength(final ByteBuffer cipher, final int from) throws SSLException {
        final int available = cipher.limit() - from;
        if (available < HEADER) {
            return 0;
        }
        final int type = cipher.get(from) & 0xff;
        final int body = cipher.getShort(from + HEADER - Short.BYTES) & 0xffff;
        if (type < CHANGE_CIPHER_SPEC
                || type > APPLICATION_DATA
                || cipher.get(from + 1) != MAJOR_VERSION
                || body > GREATEST_RECORD) {
            throw new SSLException(NOT_A_RECORD);
        }
        return HEADER + body <= available ? HEADER + body : 0;
    }

    /** Takes this record for the worker, and what belongs to it as far as it is here. */
    private void stage(final ByteBuffer cipher, final int firstLength) throws SSLException {
        final int from = cipher.position();
        int end = from + firstLength;
        int length = firstLength;
        while (length > 0 && end < cipher.limit() && isOfHandshake(cipher.get(end))) {
            length = recordLength(cipher, end);
            end += length;
        }
        staged = new byte[end - from];
        cipher.get(staged);
    }

    private static boolean isOfHandshake(final byte type) {
        return type == HANDSHAKE || type == CHANGE_CIPHER_SPEC;
    }

    @Override
    public void runTask() {
        final ByteBuffer input = STAGE.get().clear().put(staged).flip();
        staged = null;
        try {
            if (shakeHands(input, input.limit()) < input.limit() && !blocked) {
                throw new SSLHandshakeException("octets behind the handshake");
            }
        } catch (final SSLException e) {
            failure = e;
        }
    }

    private Outcome goOnShakingHands(final ByteBuffer cipher, final int length) throws SSLException {
        cipher.position(cipher.position() + shakeHands(cipher, length));
        return Outcome.OK;
    }

    /** Lets the handshake go on with a record; returns how much of it was taken. */
    private int shakeHands(final ByteBuffer cipher, final int length) throws SSLException {
        SSL.bioSetByteBuffer(bio, Addresses.of(cipher), length, false);
        try {
            handshake();
            return length - SSL.bioLengthByteBuffer(bio);
        } finally {
            SSL.bioClearByteBuffer(bio);
        }
    }

    private void handshake() throws SSLException {
        blocked = false;
        final int result = SSL.doHandshake(ssl);
        if (result > 0) {
            finished = true;
        } else {
            final int error = SSL.getError(ssl, result);
            blocked = error == SSL.SSL_ERROR_WANT_WRITE;
            if (!blocked && error != SSL.SSL_ERROR_WANT_READ) {
                throw broken(
                        error == SSL.SSL_ERROR_ZERO_RETURN
                                ? "close_notify in the middle of the handshake"
                                : "the handshake failed");
            }
        }
    }

    private Outcome decrypt(final ByteBuffer cipher, final int length, final ByteBuffer plain) throws SSLException {
        SSL.bioSetByteBuffer(bio, Addresses.of(cipher), length, false);
        try {
            final int count = SSL.readFromSSL(ssl, Addresses.of(plain), plain.remaining());
            cipher.position(cipher.position() + length - SSL.bioLengthByteBuffer(bio));
            if (count > 0) {
                plain.position(plain.position() + count);
                return Outcome.OK;
            }
            final int error = SSL.getError(ssl, count);
            if (error == SSL.SSL_ERROR_ZERO_RETURN) {
                inputClosed = true;
                return Outcome.CLOSED;
            }
            if (error != SSL.SSL_ERROR_WANT_READ) {
                throw broken("a record is damaged or not allowed");
            }
            return Outcome.OK;
        } finally {
            SSL.bioClearByteBuffer(bio);
        }
    }

    // ---- output

    @Override
    public Outcome wrap(final ByteBuffer plain, final ByteBuffer cipher) throws SSLException {
        throwFailure();
        final int room = cipher.remaining();
        SSL.bioSetByteBuffer(bio, Addresses.of(cipher), room, true);
        try {
            final Outcome outcome = say(plain, room);
            cipher.position(cipher.position() + room - SSL.bioLengthByteBuffer(bio));
            return outcome;
        } finally {
            SSL.bioClearByteBuffer(bio);
        }
    }

    private Outcome say(final ByteBuffer plain, final int room) throws SSLException {
        if (SSL.bioLengthNonApplication(bio) > 0) {
            return SSL.bioFlushByteBuffer(bio) > 0 ? Outcome.OK : Outcome.NO_ROOM;
        }
        if (room < overhead) {
            return Outcome.NO_ROOM;
        }
        if (blocked) {
            handshake();
        } else if (outputClosed || broken) {
            return Outcome.CLOSED;
        } else if (plain.hasRemaining()) {
            return encrypt(plain, room);
        } else if (outputClosing) {
            SSL.shutdownSSL(ssl);
            SSL.clearError();
            outputClosed = true;
        }
        return Outcome.OK;
    }

    private Outcome encrypt(final ByteBuffer plain, final int room) throws SSLException {
        final int length = Math.min(plain.remaining(), GREATEST_PLAIN);
        if (room < length + overhead) {
            return Outcome.NO_ROOM;
        }
        final int count = SSL.writeToSSL(ssl, Addresses.of(plain), length);
        if (count <= 0) {
            // The same octets come again, as they must, when there is room.
            if (SSL.getError(ssl, count) == SSL.SSL_ERROR_WANT_WRITE) {
                return Outcome.NO_ROOM;
            }
            throw broken("nothing can be encrypted");
        }
        plain.position(plain.position() + count);
        return Outcome.OK;
    }

    // ---- failures

    private void throwFailure() throws SSLException {
        if (failure != null) {
            final SSLException thrown = failure;
            failure = null;
            broken = true;
            throw thrown;
        }
    }

    /** What BoringSSL says of the last call, which breaks the connection. An alert may be left to be fetched. */
    private SSLException broken(final String what) {
        broken = true;
        blocked = false;
        final int number = SSL.getLastErrorNumber();
        final String reason = number == 0 ? "" : ": " + SSL.getErrorString(number);
        SSL.clearError();
        return finished ? new SSLException(what + reason) : new SSLHandshakeException(what + reason);
    }

    // ---- the end

    @Override
    public boolean isFinished() {
        return finished;
    }

    @Override
    public boolean isResumed() {
        return SSL.isSessionReused(ssl);
    }

    @Override
    public String version() {
        return SSL.getVersion(ssl);
    }

    @Override
    public String cipherSuite() {
        return CipherSuites.registered(SSL.getCipherForSSL(ssl));
    }

    @Override
    public String serverName() {
        return SSL.getSniHostname(ssl);
    }

    /** In the middle of a handshake, and on a broken connection, nothing is said. */
    @Override
    public void closeOutput() {
        outputClosing = true;
        outputClosed |= !finished || broken;
    }

    @Override
    public boolean isOutputClosed() {
        return outputClosed && SSL.bioLengthNonApplication(bio) == 0;
    }

    @Override
    public void release() {
        if (ssl != 0) {
            SSL.freeSSL(ssl);
            ssl = 0;
            bio = 0;
            staged = null;
            engines.release();
        }
    }
}
