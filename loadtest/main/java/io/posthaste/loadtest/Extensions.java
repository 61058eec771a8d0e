package io.posthaste.loadtest;

import java.nio.charset.StandardCharsets;

/** Which of the extensions that the load can use a server lists in its reply to EHLO. Engine thread only. */
final class Extensions {
    private static final byte[] PIPELINING = octets("PIPELINING");
    private static final byte[] CHUNKING = octets("CHUNKING");
    private static final byte[] EIGHT_BIT = octets("8BITMIME");
    private static final byte[] STARTTLS = octets("STARTTLS");

    private boolean offersPipelining;
    private boolean offersChunking;
    private boolean offersEightBit;
    private boolean offersStartTls;

    private static byte[] octets(String keyword) {
        return keyword.getBytes(StandardCharsets.US_ASCII);
    }

    void clear() {
        offersPipelining = false;
        offersChunking = false;
        offersEightBit = false;
        offersStartTls = false;
    }

    /** Takes a line of the reply; keywords stand in every line but the first (RFC 5321, section 4.1.1.1). */
    void onLine(ReplyParser parser) {
        if (parser.lineNumber() > 1) {
            offersPipelining |= parser.isKeyword(PIPELINING);
            offersChunking |= parser.isKeyword(CHUNKING);
            offersEightBit |= parser.isKeyword(EIGHT_BIT);
            offersStartTls |= parser.isKeyword(STARTTLS);
        }
    }

    boolean offersPipelining() {
        return offersPipelining;
    }

    boolean offersChunking() {
        return offersChunking;
    }

    boolean offersEightBit() {
        return offersEightBit;
    }

    boolean offersStartTls() {
        return offersStartTls;
    }
}
