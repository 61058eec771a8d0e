package io.posthaste.dnsbl;

/**
 * A DNS list: the zone that is asked, and which of its answers mean that a client is listed. Immutable; any thread.
 *
 * <p>Without a set of answers every address of 127.0.0.0/8 counts, but those of 127.255.255.0/24, with which large lists say
 * that they do not serve whoever asks. Addresses outside of loopback are no answers of a list: they come from zones that are
 * gone and now answer everything.
 */
public final class DnsblZone {
    /** What an answer says. */
    enum Judgement {
        LISTED,
        NOT_LISTED,
        /** The zone answered with an address, but no list answers so. */
        NO_ANSWER_OF_A_LIST
    }

    private static final int LOOPBACK = 127;
    private static final int LOOPBACK_SHIFT = 24;
    /** 127.255.255. */
    private static final int NOT_SERVED = 0x7FFFFF;

    private final String name;
    private final byte[] wire;
    /** Null for whatever a list may answer. */
    private final AnswerMask mask;

    private DnsblZone(final String name, final byte[] wire, final AnswerMask mask) {
        this.name = name;
        this.wire = wire;
        this.mask = mask;
    }

    /**
     * Parses {@code zen.example.org} or {@code zen.example.org=127.0.0.[2..11]}.
     *
     * @throws IllegalArgumentException with a message for the operator
     */
    public static DnsblZone parse(final String text) {
        final int equals = text.indexOf('=');
        final String name = equals < 0 ? text : text.substring(0, equals);
        final byte[] wire = DnsName.encode(name);
        if (wire.length + DnsName.REVERSED_V6_OCTETS > DnsName.MOST_OCTETS) {
            throw new IllegalArgumentException("'" + name + "' is too long for the zone of a DNS list");
        }
        return new DnsblZone(name, wire, equals < 0 ? null : AnswerMask.parse(text.substring(equals + 1)));
    }

    public String name() {
        return name;
    }

    /** As {@link DnsName#encode} has it; not to be changed. */
    byte[] wire() {
        return wire;
    }

    /** @param addresses the answer's, of which so many count */
    Judgement judge(final int[] addresses, final int count) {
        boolean isStrange = false;
        for (int i = 0; i < count; i++) {
            final int address = addresses[i];
            if (mask == null
                    ? AnswerMask.LOOPBACK.contains(address) && !isNotServed(address)
                    : mask.contains(address)) {
                return Judgement.LISTED;
            }
            isStrange |= isNotServed(address) || address >>> LOOPBACK_SHIFT != LOOPBACK;
        }
        return isStrange ? Judgement.NO_ANSWER_OF_A_LIST : Judgement.NOT_LISTED;
    }

    private static boolean isNotServed(final int address) {
        return address >>> Byte.SIZE == NOT_SERVED;
    }

    @Override
    public String toString() {
        return name;
    }
}
