package io.posthaste.session;

/** What a session wants of its connection next. */
public enum Intent {
    /** More octets; what was not consumed is the beginning of a command line and must be kept. */
    READ,
    /** Room for replies: write out what there is, then go on with the octets not consumed. */
    FLUSH,
    /**
     * The content, or a chunk of it, is complete, or so much of it has come that it is handed off. Octets not consumed must first be moved out of the envelope's blocks; then
     * {@link Session#endOfData} is to be called, and again later for as long as the intent stays this one.
     */
    END_OF_DATA,
    /** The envelope is with the delivery: neither read nor go on until its receipt is back. */
    AWAIT_RECEIPT,
    /**
     * A policy thinks: neither read nor go on until {@link Session#onVerdict} or {@link Session#onVerdictTimeout}. What was
     * not consumed is kept; it begins with the command that waits, which is then looked at again.
     */
    AWAIT_VERDICT,
    /** Write out what there is, then let TLS begin; {@link Session#onSecured} when it is on. */
    START_TLS,
    /** Write out what there is, then close for {@link Session#closeReason()}. */
    CLOSE
}
