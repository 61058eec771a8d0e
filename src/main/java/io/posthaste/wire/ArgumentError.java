package io.posthaste.wire;

/** What is wrong with the arguments of a command; precise enough for a reply that names it. */
public enum ArgumentError {
    /** The arguments follow the grammar. */
    NONE,
    /** There is nothing behind the verb. */
    MISSING_ARGUMENT,
    /** There is something behind the last argument the verb takes. */
    UNEXPECTED_ARGUMENT,
    /** The word behind the verb is not {@code FROM} or {@code TO}. */
    MALFORMED_KEYWORD,
    /** {@code FROM} or {@code TO} without its colon. */
    MISSING_COLON,
    /** White space before or behind the colon. */
    SPACE_AROUND_COLON,
    /** White space where exactly one SP is required: behind the verb, or between parameters. */
    MISPLACED_SPACE,
    /** The path does not start with {@code <}. */
    MISSING_ANGLE_BRACKET_OPEN,
    /** The path does not end with {@code >}. */
    MISSING_ANGLE_BRACKET_CLOSE,
    /** White space inside the angle brackets. */
    SPACE_IN_PATH,
    /** {@code <>} as a forward-path. */
    EMPTY_PATH,
    /** A control character. */
    FORBIDDEN_CHARACTER,
    /** An octet from 0x80 on; a path with one needs SMTPUTF8 (RFC 6531). */
    NON_ASCII,
    /** With SMTPUTF8: octets from 0x80 on that are not UTF-8 (RFC 3629). */
    MALFORMED_UTF8,
    /** A source route that is not {@code @domain,@domain:} (RFC 5321, 4.1.2 and appendix C). */
    MALFORMED_SOURCE_ROUTE,
    /** The local-part is neither a dot-string nor a quoted string, or it is empty. */
    MALFORMED_LOCAL_PART,
    /** The local-part is longer than {@link PathParser#LOCAL_PART_LIMIT}. */
    LOCAL_PART_TOO_LONG,
    /** A mailbox without {@code @domain}. */
    MISSING_DOMAIN,
    /** The domain has an empty or overlong label, a hyphen at the edge of a label, or a character it cannot have. */
    MALFORMED_DOMAIN,
    /** The domain is longer than {@link PathParser#DOMAIN_LIMIT}. */
    DOMAIN_TOO_LONG,
    /** What stands in square brackets is not an address literal (RFC 5321, 4.1.3). */
    MALFORMED_ADDRESS_LITERAL,
    /** The path is longer than {@link PathParser#PATH_LIMIT}. */
    PATH_TOO_LONG,
    /** What follows the path is not {@code keyword[=value]}. */
    MALFORMED_PARAMETER,
    /** A parameter that no announced extension defines for this command. */
    UNKNOWN_PARAMETER,
    /** A parameter that was given before. */
    DUPLICATE_PARAMETER,
    /** SIZE without a number of 1 to 20 digits (RFC 1870, 4). */
    MALFORMED_SIZE,
    /** BODY is none of the announced types (RFC 6152, 2). */
    UNKNOWN_BODY_TYPE,
    /** AUTH is neither {@code <>} nor xtext of at most 500 octets (RFC 4954, 5). */
    MALFORMED_AUTH,
    /** RET is neither FULL nor HDRS (RFC 3461, 4.3). */
    MALFORMED_RET,
    /** ENVID is not xtext, or longer than 100 octets (RFC 3461, 4.4). */
    MALFORMED_ENVID,
    /** NOTIFY is neither NEVER nor a list of SUCCESS, FAILURE and DELAY (RFC 3461, 4.1). */
    MALFORMED_NOTIFY,
    /** ORCPT is not {@code addr-type;xtext}, or longer than 500 octets (RFC 3461, 4.2). */
    MALFORMED_ORCPT,
    /** The first argument of BDAT is not a number (RFC 3030, 2). */
    MALFORMED_CHUNK_SIZE;

    private static final ArgumentError[] VALUES = values();

    /** This error as a negative number, for functions that else return an index. */
    int refusal() {
        return ~ordinal();
    }

    /** The error behind a number that is an index or a {@link #refusal}. */
    static ArgumentError of(final int indexOrRefusal) {
        return indexOrRefusal < 0 ? VALUES[~indexOrRefusal] : NONE;
    }

    /**
     * The error that an octet is in itself, or {@code otherwise} when only its place is wrong.
     *
     * @param nonAscii whether octets from 0x80 on are right in other places
     */
    static ArgumentError ofOctet(final byte octet, final boolean nonAscii, final ArgumentError otherwise) {
        if (octet < 0) {
            return nonAscii ? otherwise : NON_ASCII;
        }
        return Ascii.isControl(octet) && octet != '\t' ? FORBIDDEN_CHARACTER : otherwise;
    }
}
