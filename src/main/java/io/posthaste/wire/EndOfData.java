package io.posthaste.wire;

import java.nio.ByteBuffer;

/**
 * Finds the end of message content and the dots to be dropped from it (RFC 5321, 4.1.1.4 and 4.5.2). Strict: only
 * {@code CRLF "." CRLF} ends the content, where the CRLF that ended the DATA command counts as the first one; a bare LF or
 * CR is an event and never starts a line. A NUL is an event, but content; octets from 0x80 on are ordinary. Stateless: the
 * caller keeps the state between buffers.
 *
 * <pre>
 *                 other                                      CR
 *          ┌────────────────▶ MID_LINE ──CR──▶ AFTER_CR     ┌────▶ AFTER_DOT_CR ──LF──▶ END_OF_DATA
 *          │                   ▲    ▲             │         │           │
 *     LINE_START ───"."────────┼────┼─────────────┼──▶ AFTER_DOT        │
 *          ▲                   │    └──not LF─────┤      not CR         │
 *          │                   │      BARE_CR     LF       │         not LF
 *          └───────────────────┼──────────────────┘        │            │
 *                              └────STUFFED_DOT────────────┴──BARE_CR───┘
 *     LF in MID_LINE or LINE_START: BARE_LF, then MID_LINE; NUL likewise
 * </pre>
 *
 * <p>{@link #scan} answers with one packed {@code long}:
 *
 * <pre>
 *     63      50 49      48 47    40 39    32 31                     0
 *    +----------+----------+--------+--------+------------------------+
 *    |     0    | withheld |  event |  state |        position        |
 *    +----------+----------+--------+--------+------------------------+
 * </pre>
 *
 * <p>The content octets of a call are exactly {@code [from, position - withheld)}; the next call starts at the position,
 * with the state, of this answer. Octets withheld at the end of a buffer may be the start of the terminator: the caller
 * drops them. Should they turn out to be a stuffed dot, dropping it was right and no event follows. Should a CR among them
 * turn out to be bare, {@link #BARE_CR} says so, and a message with a bare CR is not delivered.
 */
public final class EndOfData {
    /** State: at the start of a line, where a dot counts. The initial state. */
    public static final int LINE_START = 0;

    /** State: inside a line. */
    public static final int MID_LINE = 1;

    /** State: a CR was seen inside a line; expects LF. */
    public static final int AFTER_CR = 2;

    /** State: a dot at the start of a line was seen and is withheld. */
    public static final int AFTER_DOT = 3;

    /** State: a dot at the start of a line and a CR were seen and are withheld; expects LF. */
    public static final int AFTER_DOT_CR = 4;

    /** Event: the input is consumed, the position is its end. */
    public static final int NEED_MORE = 0;

    /** Event: the octet before the position is a dot that transparency demands to be dropped (RFC 5321, 4.5.2). */
    public static final int STUFFED_DOT = 1;

    /** Event: the position is behind the final LF; the CRLF before the final dot belongs to the content. */
    public static final int END_OF_DATA = 2;

    /** Event: the octet before the position is an LF that no CR precedes. */
    public static final int BARE_LF = 3;

    /** Event: the octet before the position, perhaps in an earlier buffer, is a CR that no LF follows. */
    public static final int BARE_CR = 4;

    /** Event: the octet before the position is a NUL. */
    public static final int NUL = 5;

    private static final int TERMINATOR_LENGTH = 3;

    /**
     * Octets that are looked at one by one before {@link OrdinaryContent#skip} is tried: past whatever stopped it, and enough
     * that content full of events, as hostile clients send it, is not searched at all.
     */
    static final int WALK = 8;

    private static final int STATE_SHIFT = 32;
    private static final int EVENT_SHIFT = 40;
    private static final int WITHHELD_SHIFT = 48;

    private EndOfData() {}

    /**
     * Scans content up to the next event.
     *
     * @param in borrowed for the call; position and limit are neither used nor moved
     * @param from first octet of content not yet scanned
     * @param to one past the last octet; nothing from here on is read
     * @param state {@link #LINE_START} at the start of content, else the state of the last answer
     * @return packed answer: {@link #position}, {@link #state}, {@link #event}, {@link #withheld}
     */
    public static long scan(final ByteBuffer in, final int from, final int to, final int state) {
        int i = from;
        int now = state;
        while (true) {
            final long answer = walk(in, from, i, Math.min(to, i + WALK), now);
            i = position(answer);
            now = state(answer);
            if (i == to || event(answer) != NEED_MORE) {
                return answer;
            }
            if (isOrdinary(in.get(i), now)) {
                final int next = OrdinaryContent.skip(in, i, to);
                if (next > i) {
                    i = next;
                    now = stateBehind(in.get(next - 1));
                }
            }
        }
    }

    /**
     * Where the next call starts.
     *
     * @param answer of {@link #scan}
     * @return index, {@code from} to {@code to} of the call
     */
    public static int position(final long answer) {
        return (int) answer;
    }

    /**
     * The state the next call starts in; after {@link #END_OF_DATA} that is the state for the next message.
     *
     * @param answer of {@link #scan}
     * @return one of the states
     */
    public static int state(final long answer) {
        return (int) (answer >>> STATE_SHIFT) & 0xFF;
    }

    /**
     * Why the scan returned.
     *
     * @param answer of {@link #scan}
     * @return one of the events
     */
    public static int event(final long answer) {
        return (int) (answer >>> EVENT_SHIFT) & 0xFF;
    }

    /**
     * Octets before the position, all of them in this buffer, that are not content.
     *
     * @param answer of {@link #scan}
     * @return {@link #NEED_MORE}: 0 to 2, {@link #STUFFED_DOT}: 1, {@link #END_OF_DATA}: 1 to 3, else 0
     */
    public static int withheld(final long answer) {
        return (int) (answer >>> WITHHELD_SHIFT);
    }

    /** The whole automaton, an octet at a time, from {@code start} to {@code to}; the buffer began at {@code from}. */
    private static long walk(final ByteBuffer in, final int from, final int start, final int to, final int state) {
        int i = start;
        int now = state;
        while (i < to) {
            final byte octet = in.get(i);
            switch (now) {
                case AFTER_CR:
                    if (octet != '\n') {
                        return pack(i, MID_LINE, BARE_CR, 0);
                    }
                    now = LINE_START;
                    break;
                case AFTER_DOT:
                    if (octet == '\r') {
                        now = AFTER_DOT_CR;
                        break;
                    }
                    if (i > from) {
                        return pack(i, MID_LINE, STUFFED_DOT, 1);
                    }
                    now = MID_LINE;
                    continue;
                case AFTER_DOT_CR:
                    return octet == '\n'
                            ? pack(i + 1, LINE_START, END_OF_DATA, Math.min(TERMINATOR_LENGTH, i + 1 - from))
                            : afterDotBareCr(from, i);
                default:
                    if (octet == '\n') {
                        return pack(i + 1, MID_LINE, BARE_LF, 0);
                    }
                    if (octet == 0) {
                        return pack(i + 1, MID_LINE, NUL, 0);
                    }
                    now = octet == '\r' ? AFTER_CR : octet == '.' && now == LINE_START ? AFTER_DOT : MID_LINE;
                    break;
            }
            i++;
        }
        return pack(i, now, NEED_MORE, now < AFTER_DOT ? 0 : Math.min(now - AFTER_CR, i - from));
    }

    /** "." CR and not LF: a dot of this buffer is dropped first, and the CR is looked at again. */
    private static long afterDotBareCr(final int from, final int index) {
        return index - from >= 2 ? pack(index - 1, MID_LINE, STUFFED_DOT, 1) : pack(index, MID_LINE, BARE_CR, 0);
    }

    private static boolean isOrdinary(final byte octet, final int state) {
        return octet != '\n' && (state == MID_LINE || state == LINE_START && octet != '.');
    }

    private static int stateBehind(final byte octet) {
        return octet == '\r' ? AFTER_CR : octet == '\n' ? LINE_START : MID_LINE;
    }

    static long pack(final int position, final int state, final int event, final int withheld) {
        return position | (long) state << STATE_SHIFT | (long) event << EVENT_SHIFT | (long) withheld << WITHHELD_SHIFT;
    }
}
