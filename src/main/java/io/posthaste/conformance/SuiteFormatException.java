package io.posthaste.conformance;

/** A file of cases does not keep to the format; the message names file and line. */
public final class SuiteFormatException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    SuiteFormatException(final String file, final int line, final String message) {
        super(file + ":" + line + ": " + message);
    }
}
