package io.posthaste.session;

import io.posthaste.envelope.User;
import io.posthaste.reply.Reply;
import java.util.Locale;

/**
 * An attempt to log in that has come to its end (RFC 4954). Immutable.
 *
 * @param mechanism {@code PLAIN} or {@code LOGIN}; empty when the attempt was refused before it was looked at
 * @param peer the client
 * @param hello the name that it gave with EHLO
 * @param user whom it claimed to be; null when the attempt was refused before that was known
 * @param reply what it was told
 */
public record Login(Result result, String mechanism, Peer peer, String hello, User user, Reply reply) {
    /** What became of it. */
    public enum Result {
        /** User and password are right. */
        OK,
        /** They are not. */
        FAILED,
        /** Nobody could tell: too many at once, or no answer in time. */
        UNAVAILABLE,
        /** Not looked at: too many failures from this address. */
        REFUSED;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** As it is logged. */
        public String word() {
            return word;
        }
    }
}
