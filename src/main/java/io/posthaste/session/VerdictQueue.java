package io.posthaste.session;

import io.posthaste.envelope.Doorbell;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * The way back of answers that came later, from any thread to the reactor whose sessions wait for them. Never longer than
 * the questions asked: each is answered once.
 */
public final class VerdictQueue {
    private final ConcurrentLinkedQueue<Consultation> answered = new ConcurrentLinkedQueue<>();
    private final Doorbell doorbell;

    /** @param reactorDoorbell wakes the reactor */
    public VerdictQueue(final Doorbell reactorDoorbell) {
        doorbell = reactorDoorbell;
    }

    /** Any thread. */
    void offer(final Consultation consultation) {
        answered.add(consultation);
        doorbell.ring();
    }

    /** Any thread; exact on the reactor's, once it is about to sleep. */
    public boolean isEmpty() {
        return answered.isEmpty();
    }

    /**
     * Tells whose answer is there, up to a limit. The reactor thread only.
     *
     * @param handler gets the owner of each session that waits, as given with {@link Session#open}, and is to call
     *     {@link Session#onVerdict}; null for an answer that nobody waits for any more
     * @return how many
     */
    public int drain(final Consumer<Object> handler, final int limit) {
        int count = 0;
        Consultation consultation;
        while (count < limit && (consultation = answered.poll()) != null) {
            handler.accept(consultation.owner());
            count++;
        }
        return count;
    }
}
