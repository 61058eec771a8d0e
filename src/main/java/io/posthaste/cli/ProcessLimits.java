package io.posthaste.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.posthaste.server.ServerBuilder;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** What the process may have: open files, which bound the connections it can hold, and memory outside of the heap. */
final class ProcessLimits {
    /** Files that are not connections: listeners, selectors, jars, a batch of messages being written. */
    private static final int RESERVE = 512;

    private ProcessLimits() {}

    /** The default connection limit, or what the limit of open files leaves when that is less. */
    static int connectionsPossible() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            final long possible = system.getMaxFileDescriptorCount() - RESERVE;
            return (int) Math.max(1, Math.min(ServerBuilder.DEFAULT_MAX_CONNECTIONS, possible));
        }
        return ServerBuilder.DEFAULT_MAX_CONNECTIONS;
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
                && maxConnections > system.getMaxFileDescriptorCount() - RESERVE) {
            warnings.add("max-connections is " + maxConnections + ", but the process may open only "
                    + system.getMaxFileDescriptorCount() + " files: raise its limit (ulimit -n, LimitNOFILE)");
        }
        return warnings;
    }

    private static long directMemoryOctets() {
        final long set = Long.parseLong(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("MaxDirectMemorySize")
                .getValue());
        return set == 0 ? Runtime.getRuntime().maxMemory() : set;
    }
}
