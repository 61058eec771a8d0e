package io.posthaste.policy;

/**
 * What becomes of a client that sends before it was greeted, which RFC 5321 section 4.3.1 forbids and programs that only
 * pretend to speak SMTP do. Either way it is counted.
 */
public enum EarlyTalker {
    /** Answered {@code 421 4.7.0} and closed. */
    REJECT,
    /** Only counted: what it sent is taken behind the greeting. */
    NOTE
}
