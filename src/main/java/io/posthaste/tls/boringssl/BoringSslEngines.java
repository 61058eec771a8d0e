package io.posthaste.tls.boringssl;

import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.posthaste.tls.Identity;
import io.posthaste.tls.TlsEngine;
import io.posthaste.tls.TlsEngines;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Engines that share a context of BoringSSL: TLS 1.2 and 1.3. Sessions are resumed by tickets, which cost the server no
 * memory; a few clients of TLS 1.2 that know none are remembered. Any thread.
 *
 * <p>The context and the keys are held by the references counted here: one of this object until it is closed, and one of each
 * engine until it is released.
 */
final class BoringSslEngines implements TlsEngines {
    /** How long a session may be resumed. */
    static final int SESSION_SECONDS = (int) TimeUnit.HOURS.toSeconds(2);
    /** Sessions remembered for clients without tickets. */
    static final int REMEMBERED_SESSIONS = 10_000;

    private static final String[] GROUPS = {"X25519", "P-256", "P-384", "P-521"};
    private static final String SESSION_CONTEXT = "posthaste";

    private final TicketKeys tickets;
    private final LongSupplier nanoClock;
    private final List<KeyMaterial> materials = new ArrayList<>();
    private final AtomicInteger references = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile int ticketGeneration;
    private final long context;

    /** @throws IllegalArgumentException it cannot do with a certificate or its key */
    BoringSslEngines(final List<Identity> identities, final TicketKeys tickets, final LongSupplier nanoClock) {
        this.tickets = tickets;
        this.nanoClock = nanoClock;
        try {
            context = SSLContext.make(SSL.SSL_PROTOCOL_TLSV1_2 | SSL.SSL_PROTOCOL_TLSV1_3, SSL.SSL_MODE_SERVER);
        } catch (final Exception e) {
            throw new IllegalStateException("BoringSSL makes no context: " + e.getMessage(), e);
        }
        try {
            identities.forEach(identity -> materials.add(new KeyMaterial(identity)));
            configure(identities);
        } catch (final RuntimeException e) {
            close();
            throw e;
        }
    }

    private void configure(final List<Identity> identities) {
        try {
            if (!SSLContext.setCipherSuite(context, CipherSuites.offered(), false)
                    || !SSLContext.setCurvesList(context, GROUPS)) {
                throw new IllegalStateException("BoringSSL does not know our suites: " + SSL.getLastError());
            }
        } catch (final RuntimeException e) {
            throw e;
        } catch (final Exception e) {
            throw new IllegalStateException("BoringSSL does not take our suites: " + e.getMessage(), e);
        }
        SSLContext.setOptions(context, SSL.SSL_OP_CIPHER_SERVER_PREFERENCE);
        SSLContext.clearOptions(context, SSL.SSL_OP_NO_TICKET);
        // What is encrypted may lie elsewhere when it is tried again.
        SSLContext.setMode(context, SSLContext.getMode(context) | SSL.SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        SSLContext.setUseTasks(context, false);
        SSLContext.setSessionIdContext(context, SESSION_CONTEXT.getBytes(StandardCharsets.US_ASCII));
        SSLContext.setSessionCacheMode(context, SSL.SSL_SESS_CACHE_SERVER);
        SSLContext.setSessionCacheSize(context, REMEMBERED_SESSIONS);
        SSLContext.setSessionCacheTimeout(context, SESSION_SECONDS);
        SSLContext.setCertificateCallback(context, new KeyMaterialChooser(identities, materials));
        ticketGeneration = tickets.rotate(nanoClock.getAsLong());
        SSLContext.setSessionTicketKeys(context, tickets.keys());
    }

    @Override
    public TlsEngine newEngine() {
        if (closed.get()) {
            throw new IllegalStateException("closed");
        }
        retain();
        try {
            useFreshTicketKeys();
            return new BoringSslEngine(this, context);
        } catch (final RuntimeException e) {
            release();
            throw e;
        }
    }

    private void useFreshTicketKeys() {
        final int generation = tickets.rotate(nanoClock.getAsLong());
        if (generation != ticketGeneration) {
            SSLContext.setSessionTicketKeys(context, tickets.keys());
            ticketGeneration = generation;
        }
    }

    private void retain() {
        if (references.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
            throw new IllegalStateException("closed");
        }
    }

    /** An engine is gone, or this object closed: with the last of them the context goes. */
    void release() {
        if (references.decrementAndGet() == 0) {
            SSLContext.free(context);
            materials.forEach(KeyMaterial::free);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }

    /** Engines that are not released, and one for this object until it is closed. */
    int references() {
        return references.get();
    }
}
