package io.posthaste.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.posthaste.server.ServerBuilder;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the process may have: open files, which bound the connections it can hold, and memory outside of the heap. */
final class ProcessLimits {
    /** Files that are not connections: listeners, selectors, jars, a batch of messages being written. */
    private static final int RESERVE = 512;
    /** Its socket, and the file of a large content that it is sending. */
    static final int FILES_A_CONNECTION = 2;

    private ProcessLimits() {}

    /** The default connection limit, or what the limit of open files leaves when that is less. */
    static int connectionsPossible() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            return (int)
                    Math.min(ServerBuilder.DEFAULT_MAX_CONNECTIONS, connections(system.getMaxFileDescriptorCount()));
        }
        return ServerBuilder.DEFAULT_MAX_CONNECTIONS;
    }

    /** As many connections as so many files allow, each with a large content on its way. */
    static long connections(final long openFiles) {
        return Math.max(1, (openFiles - RESERVE) / FILES_A_CONNECTION);
    }

    /** What of these settings the process's limits do not allow, in a line each. */
    static List<String> warnings(final long memoryOctets, final int maxConnections) {
        final List<String> warnings = new ArrayList<>();
        final long direct = directMemoryOctets();
        if (memoryOctets > direct) {
            warnings.add("memory is " + memoryOctets + " octets, but this Java may have only " + direct
                    + " outside of its heap: start it with -XX:MaxDirectMemorySize");
        }
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                && maxConnections > connections(system.getMaxFileDescriptorCount())) {
            warnings.add("max-connections is " + maxConnections + ", but the process may open only "
                    + system.getMaxFileDescriptorCount() + " files, and each connection may need " + FILES_A_CONNECTION
                    + ": raise its limit (ulimit -n, LimitNOFILE)");
        }
        return warnings;
    }

    /** Whether as many connections may take more heap than there is; roughly. */
    static Optional<String> heapWarning(final int maxConnections, final long octetsEach, final long heapOctets) {
        final long neededOctets = maxConnections * octetsEach;
        return neededOctets <= heapOctets
                ? Optional.empty()
                : Optional.of("max-connections is " + maxConnections + ", which may take " + mebibytes(neededOctets)
                        + " MiB of heap, but this Java may have only " + mebibytes(heapOctets)
                        + ": start it with a larger -Xmx, or allow fewer");
    }

    private static long mebibytes(final long octets) {
        return octets >> 20;
    }

    private static long directMemoryOctets() {
        final long set = Long.parseLong(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("MaxDirectMemorySize")
                .getValue());
        return set == 0 ? Runtime.getRuntime().maxMemory() : set;
    }
}
