package io.posthaste.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Reverse-path and Forward-path of RFC 5321, 4.1.2: {@code "<" [ A-d-l ":" ] Mailbox ">"}. A source route is read to its
 * grammar and ignored (appendix C). With SMTPUTF8, local-part and domain may hold UTF-8 (RFC 6531, 3.3); all limits count
 * octets. The results are indices into the buffer of the last call and valid as long as its octets stay. Reusable; belongs
 * to one reactor.
 */
public final class PathParser {
    /** Octets of a local-part, quotes included (RFC 5321, 4.5.3.1.1). */
    public static final int LOCAL_PART_LIMIT = 64;

    /** Octets of a domain or address literal (RFC 5321, 4.5.3.1.2). */
    public static final int DOMAIN_LIMIT = DomainGrammar.DOMAIN_LIMIT;

    /** Octets of a path, angle brackets included, source route not counted (RFC 5321, 4.5.3.1.3). */
    public static final int PATH_LIMIT = 256;

    private static final byte[] POSTMASTER = "POSTMASTER".getBytes(US_ASCII);
    private static final int ANGLE_BRACKETS = 2;

    private ArgumentError error = ArgumentError.NONE;
    private int start;
    private int end;
    private int mailboxStart;
    private int mailboxEnd;
    private int domainStart;
    private boolean isPostmaster;
    private boolean nonAsciiAllowed;
    private boolean isAscii = true;

    /** Creates a parser whose results are empty. */
    public PathParser() {}

    /**
     * Reads a Reverse-path: a path or {@code <>}.
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from where its {@code <} is expected
     * @param to nothing from here on is read
     * @param nonAscii whether octets from 0x80 on are allowed where RFC 6531 has them. They are not checked: once it is
     *     known that the client asked for SMTPUTF8, {@link #checkUtf8} is due, and a refusal if it did not
     * @return {@link #error()}
     */
    ArgumentError parseReversePath(final ByteBuffer in, final int from, final int to, final boolean nonAscii) {
        parse(in, from, to, nonAscii);
        if (error == ArgumentError.NONE && isPostmaster) {
            error = ArgumentError.MISSING_DOMAIN;
        }
        return error;
    }

    /**
     * Reads a Forward-path: a path or {@code <postmaster>} in any case (RFC 5321, 4.1.1.3).
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from where its {@code <} is expected
     * @param to nothing from here on is read
     * @param smtpUtf8 whether the transaction has SMTPUTF8
     * @return {@link #error()}
     */
    ArgumentError parseForwardPath(final ByteBuffer in, final int from, final int to, final boolean smtpUtf8) {
        parse(in, from, to, smtpUtf8);
        if (error == ArgumentError.NONE && isNull()) {
            error = ArgumentError.EMPTY_PATH;
        }
        return error == ArgumentError.NONE ? checkUtf8(in) : error;
    }

    /**
     * Checks that the octets from 0x80 on in the path just parsed are UTF-8 without control characters.
     *
     * @param in the buffer of that call
     * @return {@link #error()}
     */
    ArgumentError checkUtf8(final ByteBuffer in) {
        if (!isAscii) {
            error = Utf8.errorIn(in, start, end);
        }
        return error;
    }

    /**
     * What is wrong with the path; the other results mean something only when nothing is.
     *
     * @return never null
     */
    public ArgumentError error() {
        return error;
    }

    /**
     * Where the path ends.
     *
     * @return index behind its {@code >}
     */
    public int end() {
        return end;
    }

    /**
     * Where the mailbox starts, behind {@code <} and any source route.
     *
     * @return index of the first octet of the local-part
     */
    public int mailboxStart() {
        return mailboxStart;
    }

    /**
     * Where the mailbox ends.
     *
     * @return index of the {@code >}
     */
    public int mailboxEnd() {
        return mailboxEnd;
    }

    /**
     * Where the domain or address literal starts.
     *
     * @return index behind the {@code @}, or {@link #mailboxEnd()} when there is no domain
     */
    public int domainStart() {
        return domainStart;
    }

    /**
     * Where the domain or address literal ends.
     *
     * @return {@link #mailboxEnd()}
     */
    public int domainEnd() {
        return mailboxEnd;
    }

    /**
     * Whether the path is {@code <>}.
     *
     * @return true for the null reverse-path
     */
    public boolean isNull() {
        return mailboxStart == mailboxEnd;
    }

    /**
     * Whether the path is {@code <postmaster>}, without a domain.
     *
     * @return true for the postmaster of this host
     */
    public boolean isPostmaster() {
        return isPostmaster;
    }

    /**
     * Whether the path is ASCII, its source route included.
     *
     * @return false when it holds UTF-8, which takes SMTPUTF8
     */
    public boolean isAscii() {
        return isAscii;
    }

    private void parse(final ByteBuffer in, final int from, final int to, final boolean nonAscii) {
        start = mailboxStart = mailboxEnd = domainStart = end = from;
        isPostmaster = false;
        nonAsciiAllowed = nonAscii;
        error = ArgumentError.of(path(in, from, to));
        isAscii = !nonAscii || Utf8.isAscii(in, start, end);
    }

    private int path(final ByteBuffer in, final int from, final int to) {
        if (from >= to || in.get(from) != '<') {
            return ArgumentError.MISSING_ANGLE_BRACKET_OPEN.refusal();
        }
        int i = from + 1;
        if (i < to && in.get(i) == '@') {
            i = sourceRoute(in, i, to);
            if (i < 0) {
                return i;
            }
        }
        mailboxStart = i;
        if (i < to && in.get(i) == '>' && i == from + 1) {
            return close(i, i);
        }
        i = LocalPartGrammar.localPart(in, i, to, nonAsciiAllowed);
        if (i < 0) {
            return i;
        }
        if (i < to && in.get(i) == '>') {
            // RFC 5321 section 4.1.1.3 has no route before it.
            isPostmaster = mailboxStart == from + 1 && Ascii.equalsIgnoreCase(in, mailboxStart, i, POSTMASTER);
            return isPostmaster ? close(i, i) : ArgumentError.MISSING_DOMAIN.refusal();
        }
        if (i >= to || in.get(i) != '@') {
            return misplaced(in, i, to, ArgumentError.MALFORMED_LOCAL_PART);
        }
        final int domain = i + 1;
        if (domain < to && in.get(domain) == '>') {
            return ArgumentError.MISSING_DOMAIN.refusal();
        }
        if (domain >= to || Ascii.isWhiteSpace(in.get(domain))) {
            return misplaced(in, domain, to, ArgumentError.MISSING_DOMAIN);
        }
        i = DomainGrammar.domainOrLiteral(in, domain, to, nonAsciiAllowed);
        if (i < 0) {
            return i;
        }
        return i < to && in.get(i) == '>' ? close(domain, i) : misplaced(in, i, to, ArgumentError.MALFORMED_DOMAIN);
    }

    private int close(final int domain, final int bracket) {
        domainStart = domain;
        mailboxEnd = bracket;
        end = bracket + 1;
        final boolean tooLong = bracket - mailboxStart + ANGLE_BRACKETS > PATH_LIMIT;
        return tooLong ? ArgumentError.PATH_TOO_LONG.refusal() : end;
    }

    /** {@code At-domain *( "," At-domain ) ":"}. */
    private int sourceRoute(final ByteBuffer in, final int from, final int to) {
        int i = from;
        while (i < to && in.get(i) == '@') {
            i = DomainGrammar.domain(in, i + 1, to, nonAsciiAllowed);
            if (i < 0) {
                return i;
            }
            if (i < to && in.get(i) == ':') {
                return i + 1;
            }
            if (i >= to || in.get(i) != ',') {
                return misplaced(in, i, to, ArgumentError.MALFORMED_SOURCE_ROUTE);
            }
            i++;
        }
        return misplaced(in, i, to, ArgumentError.MALFORMED_SOURCE_ROUTE);
    }

    /** The error that an octet is where it cannot be; white space may also mean that the bracket was forgotten. */
    private int misplaced(final ByteBuffer in, final int index, final int to, final ArgumentError otherwise) {
        if (index >= to) {
            return ArgumentError.MISSING_ANGLE_BRACKET_CLOSE.refusal();
        }
        final byte octet = in.get(index);
        if (!Ascii.isWhiteSpace(octet)) {
            return ArgumentError.ofOctet(octet, nonAsciiAllowed, otherwise).refusal();
        }
        for (int i = index; i < to; i++) {
            if (in.get(i) == '>') {
                return ArgumentError.SPACE_IN_PATH.refusal();
            }
        }
        return ArgumentError.MISSING_ANGLE_BRACKET_CLOSE.refusal();
    }
}
