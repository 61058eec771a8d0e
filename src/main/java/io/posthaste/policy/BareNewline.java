package io.posthaste.policy;

/**
 * What becomes of a message with a CR or LF that is not part of a CRLF (RFC 5321 section 2.3.8 forbids it). Whatever is
 * chosen, only CRLF.CRLF ends the content of DATA, so none of these lets a message be smuggled in here; they differ in what
 * the next server is given.
 */
public enum BareNewline {
    /** Refused at its end, with {@code 550 5.6.0}. The default: nobody behind can misread what was never taken. */
    REJECT,
    /** Taken, each bare CR or LF made a CRLF. */
    NORMALIZE,
    /** Taken as it is. For testing; a server behind that ends lines on LF can be made to see more than one message. */
    ACCEPT
}
