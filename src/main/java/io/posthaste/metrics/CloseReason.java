package io.posthaste.metrics;

/** Why a connection was closed; every close has exactly one reason, and each is counted. */
public enum CloseReason {
    /** The client said QUIT. */
    QUIT,
    /** The client closed its side while nothing of its was under way. */
    PEER_CLOSED,
    /** The client closed its side in the middle of a transaction. */
    PEER_CLOSED_IN_TRANSACTION,
    /** The connection broke: reset, unreachable. */
    CONNECTION_RESET,
    /** No command, or no whole command, within the time limit. */
    COMMAND_TIMEOUT,
    /** No content within the time limit. */
    DATA_TIMEOUT,
    /** The client did not read its replies within the time limit. */
    WRITE_TIMEOUT,
    /** There was no memory for what the connection needed to keep. */
    MEMORY,
    /** BDAT without a readable size: the end of the chunk cannot be known. */
    LOST_STEP,
    /** The server is stopping. */
    SHUTDOWN,
    /** An exception in our code. */
    INTERNAL_ERROR
}
