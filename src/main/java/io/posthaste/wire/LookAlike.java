package io.posthaste.wire;

/**
 * What a lax server takes for the end of data: a dot alone between two line endings that are not both CRLF. A sender hides
 * commands behind one, from a relay that goes on reading content in front of a server that does not (SMTP smuggling,
 * CVE-2023-51764). A line ending is CRLF where CR and LF meet, otherwise a bare CR or LF; so CRLF, dot, CR CR LF is
 * {@link #CRLF_DOT_CR}. With a NUL or anything else beside the dot it is none of these.
 */
public enum LookAlike {
    LF_DOT_LF,
    LF_DOT_CR,
    LF_DOT_CRLF,
    CR_DOT_LF,
    CR_DOT_CR,
    CR_DOT_CRLF,
    CRLF_DOT_LF,
    CRLF_DOT_CR
}
