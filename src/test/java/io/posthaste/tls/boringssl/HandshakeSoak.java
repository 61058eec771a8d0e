package io.posthaste.tls.boringssl;

import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.netty.internal.tcnative.SSLSession;
import io.netty.internal.tcnative.SSLSessionCache;
import io.posthaste.tls.Identity;
import io.posthaste.tls.TlsEngine;
import io.posthaste.tls.TlsFixtures;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Handshakes without end, in memory, against a client that is BoringSSL too: half of them full, half resumed, every tenth given
 * up in its middle. Prints how many, and the resident memory of the process again and again; by hand:
 * {@code java -cp … io.posthaste.tls.boringssl.HandshakeSoak SECONDS THREADS}.
 */
public final class HandshakeSoak {
    private static final int GIVEN_UP = 10;
    private static final int REPORTS = 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final BoringSslEngines engines;
    private final AtomicLong handshakes = new AtomicLong();
    private final AtomicLong resumed = new AtomicLong();
    private final AtomicLong givenUp = new AtomicLong();
    private volatile boolean done;

    private HandshakeSoak(final BoringSslEngines engines) {
        this.engines = engines;
    }

    /** @param arguments how many seconds, and how many threads */
    public static void main(final String[] arguments) throws Exception {
        BoringSslLibrary.load();
        final Path directory = Files.createTempDirectory("soak");
        final Identity identity = TlsFixtures.identity(directory, "ec");
        final BoringSslEngines engines =
                new BoringSslEngines(List.of(identity), new TicketKeys(System.nanoTime()), System::nanoTime);
        final HandshakeSoak soak = new HandshakeSoak(engines);
        soak.run(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        System.out.println("references before close: " + engines.references());
        engines.close();
        System.out.println("references after close: " + engines.references());
    }

    private void run(final int seconds, final int threadCount) throws Exception {
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < threadCount; i++) {
            final Thread thread = new Thread(this::shakeHands);
            thread.start();
            threads.add(thread);
        }
        for (int i = 1; i <= REPORTS && threads.stream().allMatch(Thread::isAlive); i++) {
            TimeUnit.MILLISECONDS.sleep(TimeUnit.SECONDS.toMillis(seconds) / REPORTS);
            System.out.println("handshakes " + handshakes + ", resumed " + resumed + ", given up " + givenUp
                    + ", resident KiB " + residentKib());
        }
        done = true;
        for (final Thread thread : threads) {
            thread.join();
        }
    }

    private static long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.US_ASCII).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    private void shakeHands() {
        try {
            final Client client = new Client();
            for (long i = 0; !done; i++) {
                final boolean fresh = i % 2 == 0;
                final boolean toItsEnd = i % GIVEN_UP != 0;
                final TlsEngine server = engines.newEngine();
                if (client.shakesHands(server, fresh, toItsEnd)) {
                    handshakes.incrementAndGet();
                    if (server.isResumed()) {
                        resumed.incrementAndGet();
                    }
                } else {
                    givenUp.incrementAndGet();
                }
                server.release();
            }
            client.close();
        } catch (final Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The other side, straight on the library; its sessions are its last. */
    static final class Client implements SSLSessionCache {
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
        private static final int ROOM = 1 << 16;
        private static final int MOST_STEPS = 8;

        private final long context =
                SSLContext.make(SSL.SSL_PROTOCOL_TLSV1_2 | SSL.SSL_PROTOCOL_TLSV1_3, SSL.SSL_MODE_CLIENT);
        private final ByteBuffer toServer = ByteBuffer.allocateDirect(ROOM);
        private final ByteBuffer toClient = ByteBuffer.allocateDirect(ROOM);
        private final ByteBuffer plain = ByteBuffer.allocateDirect(ROOM);
        private long session;
        /** CPU time of this thread in the server's part, in nanoseconds. */
        long serverNs;

        Client() throws Exception {
            SSLContext.setCertVerifyCallback(context, new TrustAnyone());
            SSLContext.setSSLSessionCache(context, this);
            SSLContext.setSessionCacheMode(context, SSL.SSL_SESS_CACHE_CLIENT);
        }

        boolean shakesHands(final TlsEngine server, final boolean fresh, final boolean toItsEnd) throws Exception {
            final long ssl = SSL.newSSL(context, false);
            final long bio = SSL.bioNewByteBuffer(ssl, ROOM);
            toServer.clear();
            toClient.clear();
            try {
                if (!fresh && session != 0) {
                    SSL.setSession(ssl, session);
                }
                for (int i = 0; i < MOST_STEPS && !server.isFinished(); i++) {
                    step(ssl, bio);
                    if (!toItsEnd) {
                        return false;
                    }
                    serve(server);
                }
                if (!server.isFinished()) {
                    throw new IllegalStateException("the handshake does not end");
                }
                plain.clear().put((byte) '2').flip();
                server.wrap(plain, toClient);
                read(ssl, bio);
                return true;
            } finally {
                SSL.freeSSL(ssl);
                SSL.clearError();
            }
        }

        private void step(final long ssl, final long bio) {
            toClient.flip();
            SSL.bioSetByteBuffer(bio, Addresses.of(toClient), toClient.remaining(), false);
            SSL.doHandshake(ssl);
            toClient.clear();
            SSL.bioSetByteBuffer(bio, Addresses.of(toServer.clear()), ROOM, true);
            SSL.bioFlushByteBuffer(bio);
            toServer.limit(ROOM - SSL.bioLengthByteBuffer(bio));
            SSL.bioClearByteBuffer(bio);
        }

        /** What the server says, with the tickets before it. */
        private void read(final long ssl, final long bio) {
            toClient.flip();
            SSL.bioSetByteBuffer(bio, Addresses.of(toClient), toClient.remaining(), false);
            SSL.readFromSSL(ssl, Addresses.of(plain.clear()), ROOM);
            SSL.bioClearByteBuffer(bio);
        }

        @Override
        public boolean sessionCreated(final long ssl, final long created) {
            forgetSession();
            session = created;
            return true;
        }

        @Override
        public long getSession(final long sslContext, final byte[] id) {
            return -1;
        }

        private void forgetSession() {
            if (session != 0) {
                SSLSession.free(session);
                session = 0;
            }
        }

        private void serve(final TlsEngine server) throws Exception {
            final long beforeNs = THREADS.getCurrentThreadCpuTime();
            TlsEngine.Need need = server.need();
            while (toServer.hasRemaining() || need == TlsEngine.Need.WRAP || need == TlsEngine.Need.TASK) {
                switch (need) {
                    case TASK -> server.runTask();
                    case WRAP -> server.wrap(NOTHING, toClient);
                    default -> server.unwrap(toServer, plain.clear());
                }
                need = server.need();
            }
            serverNs += THREADS.getCurrentThreadCpuTime() - beforeNs;
        }

        void close() {
            forgetSession();
            SSLContext.free(context);
        }
    }

    private static final class TrustAnyone extends CertificateVerifier {
        @Override
        public int verify(final long ssl, final byte[][] chain, final String algorithm) {
            return X509_V_OK;
        }
    }
}
