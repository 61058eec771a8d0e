package io.posthaste.delivery;

/** Thrown by a {@link MessageHandler} that will never take this message: the sender gets {@code 554}. */
public class MessageRejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param reason for the log */
    public MessageRejectedException(final String reason) {
        super(reason);
    }

    /**
     * @param reason for the log
     * @param cause what led to it
     */
    public MessageRejectedException(final String reason, final Throwable cause) {
        super(reason, cause);
    }
}
