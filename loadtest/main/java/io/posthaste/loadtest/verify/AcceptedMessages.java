package io.posthaste.loadtest.verify;

/** Which messages of a run the server answered with 250. Not changed while it is asked. */
public interface AcceptedMessages {
    /** Sequence numbers given out: 0 to this, exclusive. */
    long sequences();

    /**
     * Whether the server acknowledged the message.
     *
     * @param sequence 0 to {@link #sequences()}, exclusive
     */
    boolean wasAccepted(long sequence);

    /** Each of the first so many. */
    static AcceptedMessages all(long count) {
        return new AcceptedMessages() {
            @Override
            public long sequences() {
                return count;
            }

            @Override
            public boolean wasAccepted(long sequence) {
                return true;
            }
        };
    }
}
