package io.posthaste.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import io.posthaste.server.ServerBuilder;
import java.lang.management.ManagementFactory;

/** The process's limit of open files, which bounds the connections it can hold. */
final class OpenFiles {
    /** Files that are not connections: listeners, selectors, jars, a batch of messages being written. */
    private static final int RESERVE = 512;

    private OpenFiles() {}

    /** The default connection limit, or what the limit of open files leaves when that is less. */
    static int connectionsPossible() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            final long possible = system.getMaxFileDescriptorCount() - RESERVE;
            return (int) Math.max(1, Math.min(ServerBuilder.DEFAULT_MAX_CONNECTIONS, possible));
        }
        return ServerBuilder.DEFAULT_MAX_CONNECTIONS;
    }
}
