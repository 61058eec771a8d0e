package io.posthaste.forward;

/** A fault that cannot be told of at first, as when there is no memory for the text. */
final class UntellableFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    private boolean isTellable;

    @Override
    public String toString() {
        if (isTellable) {
            return "a fault of the forwarder";
        }
        isTellable = true;
        throw new InternalError("for a test");
    }
}
