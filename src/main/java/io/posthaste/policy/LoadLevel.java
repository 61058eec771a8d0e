package io.posthaste.policy;

/** How much a reactor refuses so that it can keep up with the rest; each level refuses what those before it do. */
public enum LoadLevel {
    /** Everything is taken. */
    NORMAL,
    /** New connections are answered {@code 421 4.3.2}. */
    NO_CONNECTIONS,
    /** MAIL on open connections, too, is answered {@code 451 4.3.2}; messages under way are finished. */
    NO_MESSAGES
}
