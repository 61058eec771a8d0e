package io.posthaste.reactor;

import io.posthaste.tls.TlsEngine;
import io.posthaste.tls.TlsEngines;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;

/** Engines of others, of which it is known how many were not released. */
final class CountedEngines implements TlsEngines {
    private final TlsEngines engines;
    private int inUse;
    private int tasksRun;
    private Throwable failure;

    CountedEngines(final TlsEngines engines) {
        this.engines = engines;
    }

    int inUse() {
        return inUse;
    }

    /** Heavy steps of handshakes that were done. */
    int tasksRun() {
        return tasksRun;
    }

    /** From now on there are no engines: for want of memory, say. */
    void fails(final Throwable newFailure) {
        failure = newFailure;
    }

    @Override
    public TlsEngine newEngine() {
        if (failure != null) {
            throw Planted.sneak(failure);
        }
        final TlsEngine engine = engines.newEngine();
        inUse++;
        return new Counted(engine);
    }

    @Override
    public void close() {
        engines.close();
    }

    private final class Counted implements TlsEngine {
        private final TlsEngine engine;
        private boolean released;

        Counted(final TlsEngine engine) {
            this.engine = engine;
        }

        @Override
        public Need need() {
            return engine.need();
        }

        @Override
        public Outcome unwrap(final ByteBuffer cipher, final ByteBuffer plain) throws SSLException {
            return engine.unwrap(cipher, plain);
        }

        @Override
        public Outcome wrap(final ByteBuffer plain, final ByteBuffer cipher) throws SSLException {
            return engine.wrap(plain, cipher);
        }

        @Override
        public void runTask() {
            tasksRun++;
            engine.runTask();
        }

        @Override
        public boolean isFinished() {
            return engine.isFinished();
        }

        @Override
        public boolean isResumed() {
            return engine.isResumed();
        }

        @Override
        public String version() {
            return engine.version();
        }

        @Override
        public String cipherSuite() {
            return engine.cipherSuite();
        }

        @Override
        public String serverName() {
            return engine.serverName();
        }

        @Override
        public void closeOutput() {
            engine.closeOutput();
        }

        @Override
        public boolean isOutputClosed() {
            return engine.isOutputClosed();
        }

        @Override
        public void release() {
            engine.release();
            inUse -= released ? 0 : 1;
            released = true;
        }
    }
}
