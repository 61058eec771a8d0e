package io.posthaste.policy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What each client has taken of the server, held against {@link ClientLimits}: one table for all reactors, whose size is fixed
 * when it is made. Any thread, without locks. A look-up allocates nothing but the octets of the address; what comes behind it
 * goes by the client's place and allocates nothing.
 *
 * <p>A place is four words, five where clients log in: whose it is with its open connections, so that both change in one step, and
 * for each rate the time until which it is used up (as in a leaky bucket). A client is looked for in {@value #PROBES} places next to each other.
 *
 * <pre>
 *   mark of the client (40 bits) | open connections (24)
 *   connections used up until    | messages … | recipients … | failed logins …       ns since the table was made
 * </pre>
 *
 * <p>A place is free when nothing of what it says holds any more: no connection is open and each rate is unused. When none of a
 * newcomer's is free, the client is forgotten whose rates would be unused soonest; it has no connection open. To have its own
 * forgotten so, somebody has to be seen from as many other clients as there are places beside it, which only the server knows,
 * and with more used up on each: so it has had that much already, and each of those is counted. If all of them have connections
 * open, the newcomer is not counted and only {@code --max-connections} bounds it; in a table with four places for each connection
 * that is one in thousands of millions.
 *
 * <p>Two reactors that meet a new client in the same moment may give it two places, if a place before the one that the first
 * chose is freed in that moment; until one of the two is free it then has the limits twice.
 */
public final class ClientTable {
    /** From {@link #admit}: it is not counted, as its network is exempt or there are no limits. */
    public static final int EXEMPT = -1;
    /** From {@link #admit}: it is not counted, as there is no place. */
    public static final int NO_PLACE = -2;
    /** From {@link #admit}: it has too many connections open. */
    public static final int TOO_MANY = -3;
    /** From {@link #admit}: it has begun too many. */
    public static final int TOO_FAST = -4;

    /** Nobody is counted. */
    public static final ClientTable OFF = new ClientTable(ClientLimits.NONE, 1, 0);

    /** Places that a client may have. */
    static final int PROBES = 16;

    private static final int PLACES_A_CONNECTION = 4;
    private static final int LEAST_PLACES = 1 << 12;
    private static final int MOST_CONNECTIONS = 1 << 24;

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final long WINDOW_NS = TimeUnit.MINUTES.toNanos(1);

    private static final int CONNECTION_RATE = 1;
    private static final int MESSAGE_RATE = 2;
    private static final int RECIPIENT_RATE = 3;
    private static final int AUTH_FAILURE_RATE = 4;

    private static final long OPEN = (1L << 24) - 1;
    private static final long MARK = ~OPEN;
    /** Set in every mark, so that a place of nobody is like none. */
    private static final long SOMEBODY = 1L << 24;

    private static final int NONE = -1;

    private final ClientLimits limits;
    private final ClientKeys keys;
    private final long madeNs;
    private final long connectionNs;
    private final long messageNs;
    private final long recipientNs;
    /** 0 where they are not counted. */
    private final long authFailureNs;
    /** Words of a place. */
    private final int stride;

    private final int mask;
    private final long[] words;
    private final LongAdder forgotten = new LongAdder();

    /** @param maxConnections over all clients: a table has four places for each, and never less than 4,096 */
    public ClientTable(final ClientLimits limits, final int maxConnections, final long nowNs) {
        this(limits, places(maxConnections), new ClientKeys(limits.prefixIpv4(), limits.prefixIpv6()), nowNs);
    }

    /** @param places a power of two */
    ClientTable(final ClientLimits limits, final int places, final ClientKeys keys, final long nowNs) {
        this.limits = limits;
        this.keys = keys;
        madeNs = nowNs;
        connectionNs = WINDOW_NS / limits.connectionsPerMinute();
        messageNs = WINDOW_NS / limits.messagesPerMinute();
        recipientNs = WINDOW_NS / limits.recipientsPerMinute();
        // Without a limit a place has no word for them: the next one is another client's.
        final boolean countsAuthFailures = limits.authFailuresPerMinute() < Integer.MAX_VALUE;
        authFailureNs = countsAuthFailures ? WINDOW_NS / limits.authFailuresPerMinute() : 0;
        stride = countsAuthFailures ? AUTH_FAILURE_RATE + 1 : AUTH_FAILURE_RATE;
        mask = places - 1;
        words = limits.isNone() ? new long[0] : new long[places * stride];
    }

    private static int places(final int maxConnections) {
        final int wanted = Math.min(MOST_CONNECTIONS, maxConnections) * PLACES_A_CONNECTION;
        return Math.max(LEAST_PLACES, Integer.highestOneBit(wanted - 1) << 1);
    }

    /** Clients that were forgotten for newcomers although some of a rate of theirs was used up. */
    public long forgotten() {
        return forgotten.sum();
    }

    /** Clients that the table can have; 0 when nobody is counted. */
    public int places() {
        return words.length / stride;
    }

    /**
     * Clients that it has now: with a connection open, or some of a rate used up. Looks through the whole table, so not for a
     * reactor; a moment old while somebody comes or goes.
     */
    public int taken(final long nowNs) {
        final long timeNs = nowNs - madeNs;
        int count = 0;
        for (int place = 0; place < words.length; place += stride) {
            if ((get(place) & OPEN) > 0 || usedUpNs(place, timeNs) > 0) {
                count++;
            }
        }
        return count;
    }

    /** Octets that the table takes, whoever comes. */
    public long octets() {
        return (long) words.length * Long.BYTES;
    }

    /**
     * A client connects.
     *
     * @return its place, to be given back with {@link #leave} when the connection is gone, or one of the negative constants
     */
    public int admit(final InetAddress address, final long nowNs) {
        if (words.length == 0 || limits.isExempt(address)) {
            return EXEMPT;
        }
        final long key = keys.of(address);
        final long mark = key & MARK | SOMEBODY;
        final int first = (int) key & mask;
        final long timeNs = nowNs - madeNs;
        int place;
        do {
            place = find(mark, first);
            place = place == NONE ? tryMoveIn(mark, first, timeNs) : tryOpen(place, mark);
        } while (place == NONE);
        if (place >= 0 && !spend(place + CONNECTION_RATE, connectionNs, timeNs)) {
            leave(place);
            return TOO_FAST;
        }
        return place;
    }

    private int find(final long mark, final int first) {
        for (int i = 0; i < PROBES; i++) {
            final int place = (first + i & mask) * stride;
            if ((get(place) & MARK) == mark) {
                return place;
            }
        }
        return NONE;
    }

    /** One more connection of the client in this place; NONE when it is not there any more or somebody else was faster. */
    private int tryOpen(final int place, final long mark) {
        final long owner = get(place);
        if ((owner & MARK) != mark) {
            return NONE;
        }
        if ((owner & OPEN) >= limits.connections()) {
            return TOO_MANY;
        }
        return LONGS.compareAndSet(words, place, owner, owner + 1) ? place : NONE;
    }

    /** A place for a newcomer, of those without connections the one that is used up least; NONE when somebody was faster. */
    private int tryMoveIn(final long mark, final int first, final long timeNs) {
        int best = NO_PLACE;
        long bestOwner = 0;
        long bestNs = Long.MAX_VALUE;
        for (int i = 0; i < PROBES && bestNs > 0; i++) {
            final int place = (first + i & mask) * stride;
            final long owner = get(place);
            if ((owner & MARK) == mark) {
                return NONE; // it has come in meanwhile, by another reactor
            }
            if ((owner & OPEN) == 0) {
                final long usedNs = usedUpNs(place, timeNs);
                if (usedNs < bestNs) {
                    best = place;
                    bestOwner = owner;
                    bestNs = usedNs;
                }
            }
        }
        if (best == NO_PLACE) {
            return NO_PLACE;
        }
        if (!LONGS.compareAndSet(words, best, bestOwner, mark | 1)) {
            return NONE;
        }
        if (bestNs > 0) {
            forgotten.increment();
            for (int rate = CONNECTION_RATE; rate < stride; rate++) {
                LONGS.setVolatile(words, best + rate, timeNs);
            }
        }
        return best;
    }

    /** How long until each rate of a place is unused; 0 when it is. */
    private long usedUpNs(final int place, final long timeNs) {
        long ns = 0;
        for (int rate = CONNECTION_RATE; rate < stride; rate++) {
            ns = Math.max(ns, get(place + rate) - timeNs);
        }
        return ns;
    }

    /** Whether the client in this place may begin another message; if so it is counted. */
    public boolean tryMessage(final int place, final long nowNs) {
        return place < 0 || spend(place + MESSAGE_RATE, messageNs, nowNs - madeNs);
    }

    /** Whether the client in this place may name another recipient; if so it is counted. */
    public boolean tryRecipient(final int place, final long nowNs) {
        return place < 0 || spend(place + RECIPIENT_RATE, recipientNs, nowNs - madeNs);
    }

    /** Whether the client in this place may try to log in: it has not failed too often. */
    public boolean mayAuthenticate(final int place, final long nowNs) {
        if (place < 0 || authFailureNs == 0) {
            return true;
        }
        final long timeNs = nowNs - madeNs;
        return Math.max(get(place + AUTH_FAILURE_RATE), timeNs) + authFailureNs - timeNs <= WINDOW_NS;
    }

    /** The client in this place has failed to log in. Of attempts at once, each of which was let begin, all are counted. */
    public void authenticationFailed(final int place, final long nowNs) {
        if (place < 0 || authFailureNs == 0) {
            return;
        }
        final long timeNs = nowNs - madeNs;
        final int word = place + AUTH_FAILURE_RATE;
        long usedNs;
        do {
            usedNs = get(word);
        } while (!LONGS.compareAndSet(words, word, usedNs, Math.max(usedNs, timeNs) + authFailureNs));
    }

    /** The connection that {@link #admit} gave this place is gone; once for each. */
    public void leave(final int place) {
        if (place >= 0) {
            LONGS.getAndAdd(words, place, -1L);
        }
    }

    /** Takes the time that one is worth; false when more would be taken than a minute. */
    private boolean spend(final int word, final long worthNs, final long timeNs) {
        if (worthNs == 0) {
            return true;
        }
        long usedNs;
        long newNs;
        do {
            usedNs = get(word);
            newNs = Math.max(usedNs, timeNs) + worthNs;
            if (newNs - timeNs > WINDOW_NS) {
                return false;
            }
        } while (!LONGS.compareAndSet(words, word, usedNs, newNs));
        return true;
    }

    /** Connections counted now. Looks through the whole table; exact while nobody comes or goes. */
    public long open() {
        long sum = 0;
        for (int place = 0; place < words.length; place += stride) {
            sum += get(place) & OPEN;
        }
        return sum;
    }

    private long get(final int word) {
        return (long) LONGS.getVolatile(words, word);
    }
}
