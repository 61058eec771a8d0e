package io.posthaste.loadtest;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The addresses that connections come from, in turn: one address and one server make room for as many connections as
 * there are ephemeral ports only, about 28,000 on Linux.
 *
 * @param first the first IPv4 address as a number
 * @param count number of addresses that follow each other; 0 leaves the choice to the system
 */
record SourceAddresses(int first, int count) {
    /** The system chooses. */
    static final SourceAddresses ANY = new SourceAddresses(0, 0);
    /** Connections for which one address is enough. */
    static final int CONNECTIONS_PER_ADDRESS = 25_000;

    private static final int LOOPBACK = 0x7F000001;
    /** Connections planned for an address once several are used; ports in TIME_WAIT need room, too. */
    private static final int SPREAD = 20_000;

    private static final int MAX_COUNT = 1 << 24;

    /** One address, or a range. @throws TypeConversionException in words for the user */
    static SourceAddresses parse(String text) {
        final int dash = text.indexOf('-');
        final int first = address(text, dash < 0 ? text : text.substring(0, dash));
        final int last = dash < 0 ? first : address(text, text.substring(dash + 1));
        final long count = Integer.toUnsignedLong(last) - Integer.toUnsignedLong(first) + 1;
        if (count < 1 || count > MAX_COUNT) {
            throw complaint(text);
        }
        return new SourceAddresses(first, (int) count);
    }

    private static int address(String text, String part) {
        try {
            // Digits and dots are never looked up.
            if (part.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
                return ByteBuffer.wrap(InetAddress.getByName(part).getAddress()).getInt();
            }
        } catch (UnknownHostException e) {
            // Said below.
        }
        throw complaint(text);
    }

    private static TypeConversionException complaint(String text) {
        return new TypeConversionException(
                "'" + text + "' is neither an IPv4 address nor a range, as in 127.0.0.2-127.0.0.50");
    }

    /** What to use when nothing was said: several loopback addresses where one would run out of ports. */
    static SourceAddresses implied(InetSocketAddress target, int connections) {
        final InetAddress address = target.getAddress();
        return connections > CONNECTIONS_PER_ADDRESS && address.isLoopbackAddress() && address instanceof Inet4Address
                ? new SourceAddresses(LOOPBACK, (connections + SPREAD - 1) / SPREAD)
                : ANY;
    }

    /** Whether the system chooses. */
    boolean isAny() {
        return count == 0;
    }

    /** Where the i-th connection comes from, at any port; not if {@link #isAny}. */
    InetSocketAddress address(int i) {
        try {
            final byte[] octets =
                    ByteBuffer.allocate(Integer.BYTES).putInt(first + i % count).array();
            return new InetSocketAddress(InetAddress.getByAddress(octets), 0);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four octets are an address", e);
        }
    }

    /** For picocli. */
    static final class Converter implements ITypeConverter<SourceAddresses> {
        @Override
        public SourceAddresses convert(String text) {
            return parse(text);
        }
    }
}
