package io.posthaste.dnsbl;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator of lists that give no answer: a line for the first, then one in ten seconds at the most, with the number
 * of those in between. Agent's thread only.
 */
final class FailureReports {
    static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(10);

    private static final Logger LOG = LoggerFactory.getLogger(FailureReports.class);

    private final Consumer<String> writer;
    private long nextNs;
    private long untold;

    FailureReports(final long nowNs) {
        this(nowNs, LOG::warn);
    }

    /** @param writer takes each line */
    FailureReports(final long nowNs, final Consumer<String> writer) {
        this.writer = writer;
        nextNs = nowNs;
    }

    /** A list gave no answer to a question. */
    void failed(final Exchange exchange, final String reason, final long nowNs) {
        if (isTold(nowNs)) {
            tell("no answer of the DNS list " + exchange.zone() + " about " + exchange + ": " + reason);
        }
    }

    /** A client could not be looked up for a failure of our own. */
    void failed(final Throwable failure, final long nowNs) {
        if (isTold(nowNs)) {
            LOG.debug("a client could not be looked up", failure);
            tell("a client could not be looked up in DNS lists: " + failure);
        }
    }

    private boolean isTold(final long nowNs) {
        if (nextNs - nowNs > 0) {
            untold++;
            return false;
        }
        nextNs = nowNs + INTERVAL_NS;
        return true;
    }

    private void tell(final String what) {
        final long others = untold;
        untold = 0;
        writer.accept(what + "; clients are let in meanwhile"
                + (others == 0 ? "" : "; " + others + " more without an answer since the last line"));
    }
}
