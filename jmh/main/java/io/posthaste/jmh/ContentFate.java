package io.posthaste.jmh;

/** What becomes of content in the session benchmarks. */
public enum ContentFate {
    /** Checked and counted only. */
    DISCARDED,
    /** Copied into the envelope's blocks as well. */
    KEPT
}
