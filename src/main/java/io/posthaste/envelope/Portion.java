package io.posthaste.envelope;

/** What of a message an envelope is handed off with. */
public enum Portion {
    /** All of it, at its end. */
    WHOLE,
    /** What has come of its content since the part before; more is to come, or {@link #ABANDONED}. */
    PART,
    /** The rest of its content, at its end. */
    LAST_PART,
    /** Nothing: the transaction was given up, and what was taken of it is to be dropped. */
    ABANDONED
}
