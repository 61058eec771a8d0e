package io.posthaste.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads replies from what a {@link DialoguePeer} receives. Lenient in reading, exact in saying what was wrong. */
final class ReplyReader {
    /** Octets of a reply line, its CRLF included (RFC 5321 section 4.5.3.1.5). */
    static final int REPLY_LINE_OCTETS = 512;

    /** A server that never ends its line or its reply is cut off here. */
    private static final int GREATEST_LINE_OCTETS = 1 << 16;

    private static final int GREATEST_LINES = 1000;
    private static final int CODE_LENGTH = 3;

    /** How reading ended when there is no reply. */
    enum End {
        NOTHING,
        CLOSED
    }

    private final DialoguePeer peer;
    private final byte[] buffer = new byte[4096];
    private int position;
    private int limit;
    private End end;
    private String laxity;

    ReplyReader(final DialoguePeer peer) {
        this.peer = peer;
    }

    /** The next reply, or null: then see {@link #end()}. */
    ServerReply next() throws IOException {
        final List<String> lines = new ArrayList<>();
        laxity = null;
        String fault = null;
        int code = 0;
        boolean isLast = false;
        while (!isLast) {
            final String line = line();
            if (line == null) {
                if (lines.isEmpty()) {
                    return null;
                }
                fault = "the reply has no last line";
                break;
            }
            lines.add(line);
            if (!isReplyLine(line)) {
                fault = "this is no reply";
                break;
            }
            final int lineCode = Integer.parseInt(line.substring(0, CODE_LENGTH));
            if (lines.size() == 1) {
                code = lineCode;
            } else if (lineCode != code) {
                fault = "the lines of one reply have different codes";
            }
            isLast = line.length() == CODE_LENGTH || line.charAt(CODE_LENGTH) == ' ' || lines.size() == GREATEST_LINES;
        }
        return new ServerReply(code, lines, fault, laxity);
    }

    /** Why there was no reply. */
    End end() {
        return end;
    }

    /** Whether octets that nobody has looked at were received. */
    boolean hasUnread() {
        return position < limit;
    }

    private String line() throws IOException {
        final ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (line.size() < GREATEST_LINE_OCTETS) {
            if (position == limit && !fill()) {
                return line.size() == 0 ? null : text(line.toByteArray(), line.size());
            }
            final byte octet = buffer[position++];
            line.write(octet);
            if (octet == '\n') {
                break;
            }
        }
        return ended(line.toByteArray());
    }

    private boolean fill() throws IOException {
        final int count = peer.receive(buffer);
        if (count <= 0) {
            end = count == DialoguePeer.CLOSED ? End.CLOSED : End.NOTHING;
            return false;
        }
        position = 0;
        limit = count;
        return true;
    }

    private String ended(final byte[] line) {
        final boolean isCrLf = line.length > 1 && line[line.length - 2] == '\r';
        if (!isCrLf) {
            laxity = "a line does not end in CRLF";
        } else if (line.length > REPLY_LINE_OCTETS) {
            laxity = "a line of " + line.length + " octets";
        }
        final int length = Math.max(0, line.length - (isCrLf ? 2 : 1));
        for (int i = 0; i < length; i++) {
            if (line[i] < ' ' && line[i] != '\t' || line[i] == 0x7F) {
                laxity = "octets that are not printable ASCII";
            }
        }
        return text(line, length);
    }

    private static String text(final byte[] line, final int length) {
        return new String(line, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** Three digits, the first 2 to 5 and the second 0 to 5, then a space, a hyphen or nothing. */
    private static boolean isReplyLine(final String line) {
        return line.length() >= CODE_LENGTH
                && line.charAt(0) >= '2'
                && line.charAt(0) <= '5'
                && line.charAt(1) >= '0'
                && line.charAt(1) <= '5'
                && Character.isDigit(line.charAt(2))
                && line.charAt(2) <= '9'
                && (line.length() == CODE_LENGTH || line.charAt(CODE_LENGTH) == ' ' || line.charAt(CODE_LENGTH) == '-');
    }
}
