package io.posthaste.session;

/** Told of MAIL and RCPT that are refused, and of logins: the access log. Called on the reactor thread; must not block. */
public interface AccessListener {
    /** Hears nothing. */
    AccessListener NONE = new AccessListener() {
        @Override
        public void onRejection(final Rejection rejection, final long nowNs) {}

        @Override
        public void onLogin(final Login login, final long nowNs) {}
    };

    /** @param rejection borrowed until the call returns */
    void onRejection(Rejection rejection, long nowNs);

    /** An attempt to log in has come to its end. */
    void onLogin(Login login, long nowNs);
}
