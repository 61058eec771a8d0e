package io.posthaste.policy;

/**
 * Whether clients log in. Immutable.
 *
 * @param authenticator null where AUTH is not offered
 * @param isRequired whether MAIL is only taken from those that have logged in
 * @param failures failed attempts of a session that are answered 535; one more is answered 421
 */
public record AuthRules(Authenticator authenticator, boolean isRequired, int failures) {
    public static final int DEFAULT_FAILURES = 3;

    /** AUTH is not offered. */
    public static final AuthRules OFF = new AuthRules(null, false, DEFAULT_FAILURES);

    public AuthRules {
        if (isRequired && authenticator == null) {
            throw new IllegalArgumentException("--auth-required needs --auth-users: nobody could log in");
        }
        if (failures < 0) {
            throw new IllegalArgumentException("the limit of failed logins must be at least 0, not " + failures);
        }
    }

    public boolean isOffered() {
        return authenticator != null;
    }
}
