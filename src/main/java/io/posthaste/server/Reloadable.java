package io.posthaste.server;

/** Files that are read again. By one thread at a time; never throws, whatever is in the files. */
interface Reloadable {
    /** Reads what has changed; true when another version is in force. */
    boolean look();

    /** Reads all there is, changed or not, because somebody asked for it; true when another version is in force. */
    boolean reload();
}
