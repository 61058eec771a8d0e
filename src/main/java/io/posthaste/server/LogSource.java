package io.posthaste.server;

/** What one reactor leaves for the thread of the logs besides its transactions. */
@FunctionalInterface
interface LogSource {
    /** Writes what there is, a bounded part of it at once; returns how many. The log's thread only. */
    int write();
}
