package io.posthaste.loadtest;

import java.nio.ByteBuffer;

/**
 * The buffers between sockets and TLS engines. They hold something only during a call, so that one set serves all
 * connections of a thread; what is left over at its end goes to a {@link TlsWire}'s own. Engine thread only.
 */
final class TlsBuffers {
    /** More than the octets of any record that JSSE takes or makes: 16 KiB as a rule, twice that at most. */
    static final int RECORD_LENGTH = 36 * 1024;
    /** Records received in one read. */
    private static final int RECEIVED_LENGTH = 2 * RECORD_LENGTH;

    /** Records as the socket delivers them. */
    final ByteBuffer received = ByteBuffer.allocateDirect(RECEIVED_LENGTH);
    /** One record for the socket to take. */
    final ByteBuffer sent = ByteBuffer.allocateDirect(RECORD_LENGTH);
    /** Where a handshake puts the content of records, of which there must be none. */
    final ByteBuffer content = ByteBuffer.allocateDirect(RECORD_LENGTH);
}
