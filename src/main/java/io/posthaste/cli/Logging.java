package io.posthaste.cli;

/** Sets up the small logger of the runnable jar: lines on standard error with a time. What is set already stays. */
final class Logging {
    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private Logging() {}

    /** Before the first logger is made. */
    static void configure() {
        set("showDateTime", "true");
        set("dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
        set("showThreadName", "false");
        set("showShortLogName", "true");
    }

    private static void set(final String key, final String value) {
        if (System.getProperty(PREFIX + key) == null) {
            System.setProperty(PREFIX + key, value);
        }
    }
}
