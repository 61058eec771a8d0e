package io.posthaste.delivery;

/** Where a message is when the client gets its {@code 250}. Stated at start and beside every published figure. */
public enum AcknowledgementLevel {
    /** Nowhere: the message is discarded. */
    NONE("not kept"),
    /** In the hands of the embedding program's handler, which returned without an exception. */
    HANDLER("acknowledged after the handler returned"),
    /** On disk: file and directory entry were synced. */
    FSYNC("acknowledged after fsync"),
    /** With the broker, which has said so as its topic is set up: replicated, as a rule, not synced. */
    BROKER("acknowledged after the broker did"),
    /** With the next mail server, which has answered {@code 250}. */
    DOWNSTREAM("acknowledged after the next server did");

    private final String description;

    AcknowledgementLevel(final String description) {
        this.description = description;
    }

    /** For people, in the line printed at start. */
    public String description() {
        return description;
    }
}
