package io.posthaste.policy;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZJ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two reactors ask one table at once: a limit holds over both, and what is given back is given back once. */
public class ClientTableStress {
    private static final ClientKeys KEYS = new ClientKeys(32, 64, 1, 2);
    private static final InetAddress CLIENT = address(1);
    /** Looked for in the same place first. */
    private static final InetAddress OTHER = neighbour();

    private static final ClientLimits ONE = ClientLimits.NONE.withConnections(1);

    private static InetAddress address(final int last) {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
        } catch (final UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static InetAddress neighbour() {
        int last = 2;
        while ((KEYS.of(address(last)) - KEYS.of(CLIENT)) % ClientTable.PROBES != 0) {
            last++;
        }
        return address(last);
    }

    /** So small that every client is looked for in all of it. */
    private static ClientTable table(final ClientLimits limits) {
        return new ClientTable(limits.withExempt(List.of()), ClientTable.PROBES, KEYS, 0);
    }

    /** A new client on two reactors, with one connection allowed. */
    @JCStressTest
    @Outcome(
            id = {"true, false, 1", "false, true, 1"},
            expect = ACCEPTABLE,
            desc = "one is let in")
    @Outcome(expect = FORBIDDEN, desc = "both, none, or counted otherwise than let in")
    @State
    public static class NewcomerTwice {
        private final ClientTable table = table(ONE);

        @Actor
        public void oneReactor(final ZZJ_Result result) {
            result.r1 = table.admit(CLIENT, 0) >= 0;
        }

        @Actor
        public void otherReactor(final ZZJ_Result result) {
            result.r2 = table.admit(CLIENT, 0) >= 0;
        }

        @Arbiter
        public void count(final ZZJ_Result result) {
            result.r3 = table.open();
        }
    }

    /** One connection of the client ends while another begins, with one allowed: never two, and none is forgotten. */
    @JCStressTest
    @Outcome(id = "true, true, 1", expect = ACCEPTABLE, desc = "it ended before the other began")
    @Outcome(id = "true, false, 0", expect = ACCEPTABLE, desc = "it was still there")
    @Outcome(expect = FORBIDDEN, desc = "counted otherwise than there are")
    @State
    public static class LeaveAndAdmit {
        private final ClientTable table = table(ONE);
        private final int place = table.admit(CLIENT, 0);

        @Actor
        public void oneReactor(final ZZJ_Result result) {
            table.leave(place);
            result.r1 = place >= 0;
        }

        @Actor
        public void otherReactor(final ZZJ_Result result) {
            result.r2 = table.admit(CLIENT, 0) >= 0;
        }

        @Arbiter
        public void count(final ZZJ_Result result) {
            result.r3 = table.open();
        }
    }

    /** Two new clients look for a place at once: each gets one, and not the same. */
    @JCStressTest
    @Outcome(id = "true, true, 2", expect = ACCEPTABLE, desc = "both are in")
    @Outcome(expect = FORBIDDEN, desc = "one has overwritten the other")
    @State
    public static class TwoNewcomers {
        private final ClientTable table = table(ONE);

        @Actor
        public void oneReactor(final ZZJ_Result result) {
            result.r1 = table.admit(CLIENT, 0) >= 0;
        }

        @Actor
        public void otherReactor(final ZZJ_Result result) {
            result.r2 = table.admit(OTHER, 0) >= 0;
        }

        @Arbiter
        public void count(final ZZJ_Result result) {
            result.r3 = table.open();
        }
    }

    /** Two messages at once, with one allowed in a minute. */
    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one is taken")
    @Outcome(expect = FORBIDDEN, desc = "both, or none")
    @State
    public static class Rate {
        private final ClientTable table = table(ClientLimits.NONE.withMessagesPerMinute(1));
        private final int place = table.admit(CLIENT, 0);

        @Actor
        public void oneReactor(final ZZ_Result result) {
            result.r1 = table.tryMessage(place, 0);
        }

        @Actor
        public void otherReactor(final ZZ_Result result) {
            result.r2 = table.tryMessage(place, 0);
        }
    }

    /**
     * A client comes on two reactors while the place is freed that it is looked for in first: it may then have two places, and
     * its limit twice, as the table says; never more, and each is counted.
     */
    @JCStressTest
    @Outcome(
            id = {"true, false, 1", "false, true, 1"},
            expect = ACCEPTABLE,
            desc = "one is let in")
    @Outcome(id = "true, true, 2", expect = ACCEPTABLE_INTERESTING, desc = "it has two places")
    @Outcome(expect = FORBIDDEN, desc = "none is let in, or counted otherwise than let in")
    @State
    public static class PlaceFreedBefore {
        private final ClientTable table = table(ONE);
        private final int place = table.admit(OTHER, 0);

        @Actor
        public void oneReactor(final ZZJ_Result result) {
            result.r1 = table.admit(CLIENT, 0) >= 0;
        }

        @Actor
        public void otherReactor(final ZZJ_Result result) {
            table.leave(place);
            result.r2 = table.admit(CLIENT, 0) >= 0;
        }

        @Arbiter
        public void count(final ZZJ_Result result) {
            result.r3 = table.open();
        }
    }
}
