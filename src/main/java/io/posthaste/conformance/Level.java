package io.posthaste.conformance;

/** How strongly the RFC of a case demands its outcome (RFC 2119). */
public enum Level {
    /** Violating it makes a server not conforming. */
    MUST,
    /** There may be reasons to do otherwise. */
    SHOULD,
    /** Good conduct that no RFC asks for in so many words. */
    MAY
}
