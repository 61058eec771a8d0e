package io.posthaste.tls;

/** Takes the heavy work of handshakes off the reactors. Any thread. */
public interface TlsWorkers {
    /** Takes a task, which it runs soon; false when it has too many. */
    boolean offer(Runnable task);

    /** Whether a task offered now would be taken. */
    boolean hasRoom();
}
