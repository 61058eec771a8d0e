package io.posthaste.cli;

/** How the log is written to standard error. */
enum LogFormat {
    /** A line for people. */
    TEXT,
    /** An object of JSON on a line. */
    JSON
}
