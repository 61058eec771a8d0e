package io.posthaste.conformance;

/**
 * A line of a file of cases.
 *
 * @param number from 1
 * @param indent leading spaces
 * @param text without them and without trailing white space
 */
record SourceLine(int number, int indent, String text) {
    static SourceLine of(final int number, final String raw) {
        final String text = raw.stripLeading();
        return new SourceLine(number, raw.length() - text.length(), text.stripTrailing());
    }

    /** What stands before the first colon; all of the line when there is none. */
    String keyword() {
        final int colon = text.indexOf(':');
        return colon < 0 ? text : text.substring(0, colon);
    }

    /** What stands behind the first colon and one space. */
    String argument() {
        final int colon = text.indexOf(':');
        if (colon < 0) {
            return "";
        }
        return text.startsWith(" ", colon + 1) ? text.substring(colon + 2) : text.substring(colon + 1);
    }

    SuiteFormatException fault(final String file, final String message) {
        return new SuiteFormatException(file, number, message);
    }
}
