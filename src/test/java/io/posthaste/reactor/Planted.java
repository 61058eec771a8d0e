package io.posthaste.reactor;

/** Failures that tests plant. */
final class Planted {
    private Planted() {}

    /** Throws whatever it is, declared or not. */
    @SuppressWarnings("unchecked")
    static <E extends Throwable> RuntimeException sneak(final Throwable failure) throws E {
        throw (E) failure;
    }
}
