package io.posthaste.dnsbl;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Messages of the DNS as far as lists need them (RFC 1035 section 4): writes a question, and reads the answer to it. Trusts
 * nothing that it reads: a pointer in a name leads backwards only, so that each name ends. One thread; used again and again.
 */
final class DnsAnswer {
    static final int TYPE_A = 1;
    static final int TYPE_TXT = 16;

    /** What was read. */
    enum Reading {
        /** The answer to the question. */
        ANSWER,
        /** No answer to this question: with another id, about another name, or no answer at all. */
        FOREIGN,
        /** The answer to the question as far as one can tell, but damaged. */
        MALFORMED
    }

    static final int NO_ERROR = 0;
    static final int NAME_ERROR = 3;

    /** Octets of an answer without extensions (RFC 1035 section 4.2.1) and some more, for servers that count otherwise. */
    static final int MOST_OCTETS = 4096;

    private static final int TYPE_CNAME = 5;
    private static final int TYPE_SOA = 6;
    private static final int CLASS_IN = 1;

    private static final int HEADER = 12;
    private static final int FLAGS = 2;
    private static final int QUESTION_COUNT = 4;
    private static final int ANSWER_COUNT = 6;
    private static final int AUTHORITY_COUNT = 8;
    private static final short RECURSION_DESIRED = 0x0100;
    /** QR set, opcode 0. */
    private static final int IS_ANSWER_MASK = 0xF800;

    private static final int IS_ANSWER = 0x8000;
    private static final int TRUNCATED = 0x0200;
    private static final int RCODE = 0x000F;
    private static final int COUNT = 0xFFFF;
    private static final int OCTET = 0xFF;
    /** Type and class behind a question's name. */
    private static final int QUESTION_TAIL = 4;
    /** Type, class, time to live and length behind a record's name. */
    private static final int RECORD_HEAD = 10;

    private static final int V4_OCTETS = 4;
    private static final int POINTER = 0xC0;
    private static final int POINTER_OFFSET = 0x3F;
    private static final int MOST_ADDRESSES = 64;
    private static final int MOST_TEXT = 512;
    private static final int BAD = -1;
    private static final long MOST_TTL = Integer.MAX_VALUE;

    private int rcode;
    private boolean isTruncated;
    private final int[] addresses = new int[MOST_ADDRESSES];
    private int addressCount;
    private final byte[] text = new byte[MOST_TEXT];
    private int textLength;
    private long ttlSeconds;
    private long negativeTtlSeconds;

    private ByteBuffer in;
    private int end;
    /** The name that is answered for: the one asked about, or what it is an alias of. */
    private final byte[] wanted = new byte[DnsName.MOST_OCTETS];

    private int wantedLength;
    private final byte[] name = new byte[DnsName.MOST_OCTETS];
    private int nameLength;

    /** Puts a question with recursion desired; the buffer is then ready to be sent. */
    static void putQuestion(final ByteBuffer out, final int id, final byte[] name, final int type) {
        out.clear();
        out.putShort((short) id).putShort(RECURSION_DESIRED);
        out.putShort((short) 1).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        out.put(name).putShort((short) type).putShort((short) CLASS_IN);
        out.flip();
    }

    /**
     * Reads a message.
     *
     * @param message from 0 to its limit; absolute access only
     * @param question as {@link #putQuestion} left it
     */
    Reading read(final ByteBuffer message, final ByteBuffer question) {
        in = message;
        end = message.limit();
        addressCount = 0;
        textLength = 0;
        ttlSeconds = MOST_TTL;
        negativeTtlSeconds = 0;
        if (!isAnswerTo(question)) {
            return Reading.FOREIGN;
        }
        final int flags = message.getShort(FLAGS);
        rcode = flags & RCODE;
        isTruncated = (flags & TRUNCATED) != 0;
        wantedLength = question.limit() - HEADER - QUESTION_TAIL;
        question.get(HEADER, wanted, 0, wantedLength);
        int at = question.limit();
        final int answers = message.getShort(ANSWER_COUNT) & COUNT;
        for (int i = 0; i < answers && at != BAD && !(isTruncated && at == end); i++) {
            at = record(at, true);
        }
        final int authorities = message.getShort(AUTHORITY_COUNT) & COUNT;
        for (int i = 0; i < authorities && at != BAD && !(isTruncated && at == end); i++) {
            at = record(at, false);
        }
        return at == BAD ? Reading.MALFORMED : Reading.ANSWER;
    }

    /** The same id, one question, and that the same in whatever case (RFC 5452 section 9.1). */
    private boolean isAnswerTo(final ByteBuffer question) {
        if (end < question.limit()
                || in.getShort(0) != question.getShort(0)
                || (in.getShort(FLAGS) & IS_ANSWER_MASK) != IS_ANSWER
                || in.getShort(QUESTION_COUNT) != 1) {
            return false;
        }
        for (int i = HEADER; i < question.limit(); i++) {
            if (DnsName.lower(in.get(i)) != DnsName.lower(question.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Reads a record at a position; returns the position behind it, or BAD. */
    private int record(final int from, final boolean isAnswer) {
        final int at = name(from);
        if (at == BAD || at + RECORD_HEAD > end) {
            return BAD;
        }
        final int type = in.getShort(at) & COUNT;
        final int recordClass = in.getShort(at + 2) & COUNT;
        final long ttl = Math.max(0, in.getInt(at + 4));
        final int data = at + RECORD_HEAD;
        final int behind = data + (in.getShort(at + RECORD_HEAD - 2) & COUNT);
        if (behind > end) {
            return BAD;
        }
        if (recordClass == CLASS_IN && isAnswer && isWanted()) {
            return answer(type, ttl, data, behind);
        }
        if (recordClass == CLASS_IN && !isAnswer && type == TYPE_SOA && behind - data >= V4_OCTETS) {
            // The last field is how long it may be remembered that there is nothing (RFC 2308 section 5).
            negativeTtlSeconds = Math.min(ttl, Math.max(0, in.getInt(behind - V4_OCTETS)));
        }
        return behind;
    }

    private int answer(final int type, final long ttl, final int data, final int behind) {
        switch (type) {
            case TYPE_A -> {
                if (behind - data != V4_OCTETS) {
                    return BAD;
                }
                ttlSeconds = Math.min(ttlSeconds, ttl);
                if (addressCount < MOST_ADDRESSES) {
                    addresses[addressCount++] = in.getInt(data);
                }
            }
            case TYPE_TXT -> {
                return text(data, behind);
            }
            case TYPE_CNAME -> {
                if (name(data) != behind) {
                    return BAD;
                }
                ttlSeconds = Math.min(ttlSeconds, ttl);
                System.arraycopy(name, 0, wanted, 0, nameLength);
                wantedLength = nameLength;
            }
            default -> {
                // Not asked for.
            }
        }
        return behind;
    }

    /** Takes the first text: its strings, each behind its length, one behind the other (RFC 1035 section 3.3.14). */
    private int text(final int data, final int behind) {
        final boolean isFirst = textLength == 0;
        int at = data;
        while (at < behind) {
            final int length = in.get(at) & OCTET;
            if (at + 1 + length > behind) {
                return BAD;
            }
            final int taken = isFirst ? Math.min(length, MOST_TEXT - textLength) : 0;
            in.get(at + 1, text, textLength, taken);
            textLength += taken;
            at += 1 + length;
        }
        return behind;
    }

    private boolean isWanted() {
        return Arrays.equals(name, 0, nameLength, wanted, 0, wantedLength);
    }

    /** Reads a name at a position, in lower case; returns the position behind it, or BAD (RFC 1035 section 4.1.4). */
    private int name(final int from) {
        int at = from;
        int lowest = from;
        int behind = BAD;
        nameLength = 0;
        while (at < end) {
            final int octet = in.get(at) & OCTET;
            if (octet == 0) {
                name[nameLength++] = 0;
                return behind == BAD ? at + 1 : behind;
            }
            if ((octet & POINTER) == POINTER) {
                if (at + 1 == end) {
                    return BAD;
                }
                final int target = (octet & POINTER_OFFSET) << Byte.SIZE | in.get(at + 1) & OCTET;
                if (target >= lowest) {
                    return BAD;
                }
                behind = behind == BAD ? at + 2 : behind;
                lowest = target;
                at = target;
            } else if ((octet & POINTER) != 0
                    || at + 1 + octet >= end
                    || nameLength + 1 + octet >= DnsName.MOST_OCTETS) {
                return BAD;
            } else {
                for (int i = 0; i <= octet; i++) {
                    name[nameLength++] = DnsName.lower(in.get(at + i));
                }
                at += 1 + octet;
            }
        }
        return BAD;
    }

    // ---- the answer

    /** {@link #NO_ERROR}, {@link #NAME_ERROR} when there is no such name, or what went wrong (RFC 1035 section 4.1.1). */
    int rcode() {
        return rcode;
    }

    /** Whether there was more than a datagram takes. */
    boolean isTruncated() {
        return isTruncated;
    }

    /** IPv4 addresses of the name asked about, the first octet in the highest bits; so many count. Not to be changed. */
    int[] addresses() {
        return addresses;
    }

    int addressCount() {
        return addressCount;
    }

    /** How long the addresses may be remembered. */
    long ttlSeconds() {
        return ttlSeconds;
    }

    /** How long it may be remembered that there are none; 0 when nothing says so. */
    long negativeTtlSeconds() {
        return negativeTtlSeconds;
    }

    /** The first text of the name asked about, octet by octet; empty when there is none. */
    String text() {
        return new String(text, 0, textLength, StandardCharsets.ISO_8859_1);
    }
}
