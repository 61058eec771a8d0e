package io.posthaste.reply;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What HELP answers: 214 replies for each command and each reply code, encoded when the class is initialised.
 *
 * <p>A topic is looked up by its octets, case folded and packed into one {@code long} (no topic has more than eight), so
 * that a look-up allocates nothing. Immutable; any thread may use it.
 */
public final class HelpTopics {
    /** Longest reply that {@link #find} returns, in octets. */
    public static final int MAX_REPLY_LENGTH = 4095;

    private static final int CODE = 214;
    private static final String ENHANCED_STATUS = "2.0.0";
    private static final int COLUMNS = 76;

    private static final long NO_TOPIC = -1L;
    private static final long NO_ARGUMENT = 0L;
    private static final long STATUS = key("STATUS");

    private static final String COMMANDS = "EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY EXPN HELP STARTTLS AUTH QUIT";

    private static final long[] KEYS;
    private static final byte[][] REPLIES;

    static {
        Map<Long, byte[]> topics = new LinkedHashMap<>();
        topics.put(
                NO_ARGUMENT,
                encode(
                        COMMANDS,
                        "HELP MAIL explains a command, HELP 503 a reply code.",
                        "HELP STATUS tells how this server is doing.",
                        "Order: EHLO, then for each message MAIL, RCPT (once or more), DATA or BDAT."));
        command(
                topics,
                "EHLO",
                "EHLO host",
                "Starts the session and lists the extensions offered. Closes an open transaction.");
        command(
                topics,
                "HELO",
                "HELO host",
                "Starts the session without extensions, for clients that do not know EHLO.");
        command(
                topics,
                "MAIL",
                "MAIL FROM:<address> [parameters]",
                "Opens a transaction and names the sender. No space beside the colon.",
                "MAIL FROM:<> is the empty sender of bounces.",
                "SIZE: estimated size of the message; one past the limit is refused at once.",
                "BODY=7BIT, 8BITMIME for content with octets above 127, or BINARYMIME",
                "for content without lines, to be sent with BDAT.",
                "SMTPUTF8: addresses and header fields may be UTF-8.",
                "Where EHLO lists DSN: RET=FULL or HDRS, what a report of failure returns;",
                "ENVID=text, the sender's name for the message, at most 100 octets.");
        command(
                topics,
                "RCPT",
                "RCPT TO:<address> [parameters]",
                "Names a recipient, after MAIL. Once for each; each has its own reply.",
                "No space beside the colon. UTF-8 only if MAIL had SMTPUTF8.",
                "Where EHLO lists DSN: NOTIFY=NEVER, or SUCCESS, FAILURE and DELAY with",
                "commas between; ORCPT=rfc822;address, the recipient as first written.");
        command(
                topics,
                "DATA",
                "DATA",
                "Asks to send the message, after RCPT. On 354 send it, each line ended by CRLF,",
                "a dot doubled where a line starts with one, and a line with a single dot last.",
                "250 then means that the message was taken, 4yz and 5yz that it was not.");
        command(
                topics,
                "BDAT",
                "BDAT octets [LAST]",
                "Sends the message in chunks, after RCPT and in place of DATA.",
                "Behind the line come exactly so many octets, as they are: no dot is doubled,",
                "and no dot ends them. Each chunk has its reply; LAST goes with the last.",
                "A chunk that fails ends the transaction. Only RSET gives up between chunks.",
                "BDAT without a readable number closes the session.");
        command(topics, "RSET", "RSET", "Drops the open transaction. EHLO need not be repeated.");
        command(topics, "NOOP", "NOOP [anything]", "Does nothing and says so.");
        command(topics, "VRFY", "VRFY address", "Always answered 252: addresses are not verified. Send RCPT instead.");
        command(topics, "EXPN", "EXPN list", "Always answered 252: lists are not expanded. Send RCPT instead.");
        command(
                topics,
                "HELP",
                "HELP [command | reply code | STATUS]",
                "Lists the commands, or explains one command or one reply code.");
        command(
                topics,
                "STARTTLS",
                "STARTTLS",
                "Where EHLO lists it: asks to go on within TLS. Send nothing behind it; on 220",
                "begin the handshake. Within TLS the session starts over with EHLO.");
        command(
                topics,
                "AUTH",
                "AUTH PLAIN | LOGIN [initial response]",
                "Where EHLO lists it, within TLS: logs in with user and password in Base64.");
        command(topics, "QUIT", "QUIT", "Ends the session. An open transaction is dropped.");
        for (CodePage page : ReplyCatalogue.pages()) {
            topics.put(key(Integer.toString(page.code())), encode(linesOf(page)));
        }

        KEYS = new long[topics.size()];
        REPLIES = new byte[topics.size()][];
        int index = 0;
        for (Map.Entry<Long, byte[]> topic : topics.entrySet()) {
            KEYS[index] = topic.getKey();
            REPLIES[index++] = topic.getValue();
        }
    }

    private HelpTopics() {}

    /**
     * Looks up the answer to HELP. Spaces and tabs around the argument do not count, nor does its case.
     *
     * @param in holds the argument; its position and limit are neither read nor changed.
     * @param from index of the first octet behind the word HELP.
     * @param to index behind the last octet, CRLF not included; equal to {@code from} when there is no argument.
     * @return the encoded 214 reply, not to be changed; null when the topic is unknown. STATUS is unknown here, as the
     *     session answers it ({@link #isStatus}).
     */
    public static byte[] find(ByteBuffer in, int from, int to) {
        long key = key(in, from, to);
        for (int i = 0; i < KEYS.length; i++) {
            if (KEYS[i] == key) {
                return REPLIES[i];
            }
        }
        return null;
    }

    /**
     * Whether the argument of HELP is STATUS, a status inquiry to be answered with 211.
     *
     * @param in holds the argument; its position and limit are neither read nor changed.
     * @param from index of the first octet behind the word HELP.
     * @param to index behind the last octet, CRLF not included.
     */
    public static boolean isStatus(ByteBuffer in, int from, int to) {
        return key(in, from, to) == STATUS;
    }

    /** The names of the commands that have a topic, in the order HELP lists them. */
    static List<String> commands() {
        return List.of(COMMANDS.split(" "));
    }

    private static long key(ByteBuffer in, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isBlank(in.get(start))) {
            start++;
        }
        while (start < end && isBlank(in.get(end - 1))) {
            end--;
        }
        if (end - start > Long.BYTES) {
            return NO_TOPIC;
        }
        long key = NO_ARGUMENT;
        for (int i = start; i < end; i++) {
            byte octet = in.get(i);
            if (octet <= 0) {
                return NO_TOPIC;
            }
            key = key << Byte.SIZE | (octet >= 'a' && octet <= 'z' ? octet - ('a' - 'A') : octet);
        }
        return key;
    }

    private static long key(String topic) {
        long key = NO_ARGUMENT;
        for (int i = 0; i < topic.length(); i++) {
            key = key << Byte.SIZE | topic.charAt(i);
        }
        return key;
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    private static void command(Map<Long, byte[]> topics, String name, String syntax, String... lines) {
        List<String> all = new ArrayList<>();
        all.add("Syntax: " + syntax);
        all.addAll(List.of(lines));
        topics.put(key(name), encode(all));
    }

    /** The page as far as it concerns a client. */
    private static List<String> linesOf(CodePage page) {
        List<String> lines = new ArrayList<>();
        lines.add(page.code() + " " + page.title() + " (" + page.kind().label() + ")");
        TextWrapper.wrap(lines, page.summary(), "", "", COLUMNS);
        lines.add("Seen:");
        for (CodePage.Sighting sighting : page.whenSeen()) {
            TextWrapper.wrap(lines, sighting.when(), "- ", "  ", COLUMNS);
        }
        lines.add("What to do:");
        for (CodePage.Remedy remedy : page.whatToDo()) {
            if (remedy.party() == CodePage.Party.SENDER) {
                TextWrapper.wrap(lines, remedy.action(), "- ", "  ", COLUMNS);
            }
        }
        return lines;
    }

    private static byte[] encode(String... lines) {
        return encode(List.of(lines));
    }

    private static byte[] encode(List<String> lines) {
        return ReplyEncoder.multiLine(CODE, ENHANCED_STATUS, lines);
    }
}
