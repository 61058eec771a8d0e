package io.posthaste.envelope;

/** What became of an envelope: the delivery's answer, which decides the reply after the end of data. */
public enum DeliveryStatus {
    /** The message is where the acknowledgement level says it is: reply {@code 250}. */
    ACCEPTED,
    /** Not stored, the sender shall try again: reply {@code 451}. */
    FAILED_TEMPORARILY,
    /** Not stored for want of room, the sender shall try again: reply {@code 452}. */
    INSUFFICIENT_STORAGE,
    /** Not stored and never will be: reply {@code 554}. */
    REJECTED
}
