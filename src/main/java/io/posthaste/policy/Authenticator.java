package io.posthaste.policy;

import java.util.concurrent.CompletionStage;

/** Who may log in (RFC 4954). Called on reactor threads, several at once: must not block, and checking a hash is work. */
@FunctionalInterface
public interface Authenticator {
    /**
     * Whether this is the user's password.
     *
     * @param password passes to this method, which overwrites it as soon as it is not needed
     * @return accepted, refused, or refused for now with a 4yz: that nobody can tell; completed on any thread
     */
    CompletionStage<Verdict> verify(String user, char[] password);
}
