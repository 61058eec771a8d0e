package io.posthaste.session;

/** How a mail transaction ended. */
public enum TransactionOutcome {
    /** Acknowledged with 250. */
    ACCEPTED,
    /** The delivery failed for now; answered 451, or 452 when it has no room. */
    FAILED_TEMPORARILY,
    /** The delivery refused it for good; answered 554. */
    REJECTED,
    /** The content was refused before the delivery saw it: size, line endings, memory, full queue. */
    REFUSED,
    /** Delivered, but the client had gone before it could be told; it will probably send the message again. */
    ACCEPTED_UNHEARD,
    /** Not delivered, and the client had gone. */
    FAILED_UNHEARD,
    /** Given up before the end of data: RSET, a new greeting, QUIT, or the connection ended. */
    ABORTED
}
