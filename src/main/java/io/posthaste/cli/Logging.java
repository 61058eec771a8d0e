package io.posthaste.cli;

import io.posthaste.cli.log.JsonLogProvider;

/** Sets up the small logger of the runnable jar: lines on standard error with a time. What is set already stays. */
final class Logging {
    private static final String PREFIX = "org.slf4j.simpleLogger.";
    private static final String PROVIDER = "slf4j.provider";

    private static final String VERBOSITY = "slf4j.internal.verbosity";

    private Logging() {}

    /** Before the first logger is made. */
    static void configure() {
        set(PREFIX + "showDateTime", "true");
        set(PREFIX + "dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
        set(PREFIX + "showThreadName", "false");
        set(PREFIX + "showShortLogName", "true");
        // Its client tells all of its settings at each start, and of each attempt while a broker is away.
        set(PREFIX + "log.org.apache.kafka", "warn");
        set(PREFIX + "log.org.apache.kafka.clients.NetworkClient", "error");
    }

    /** Chooses the format; before the first logger is made, which is when a command begins to run. */
    static void use(final LogFormat format) {
        if (format == LogFormat.JSON) {
            set(PROVIDER, JsonLogProvider.class.getName());
            set(VERBOSITY, "WARN"); // else SLF4J itself says a line that is no object
        }
    }

    private static void set(final String key, final String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }
}
