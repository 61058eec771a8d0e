package io.posthaste.reactor;

import java.util.concurrent.atomic.AtomicInteger;

/** How many connections the server may hold at once, over all reactors. Any thread; touched at accept and close only. */
public final class ConnectionBudget {
    private final int limit;
    private final AtomicInteger open = new AtomicInteger();

    /** @param limit connections at once; one more is answered {@code 421 4.3.2} */
    public ConnectionBudget(final int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("connection limit must be at least 1, not " + limit);
        }
        this.limit = limit;
    }

    /** Takes a place; false when there is none. */
    boolean tryTake() {
        if (open.incrementAndGet() > limit) {
            open.decrementAndGet();
            return false;
        }
        return true;
    }

    void giveBack() {
        open.decrementAndGet();
    }

    /** Connections open now. */
    public int open() {
        return open.get();
    }

    /** Connections at once at the most. */
    public int limit() {
        return limit;
    }
}
