package io.posthaste.reply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HelpTopicsTest {
    @Test
    void shouldListEveryCommandWithoutArgument() {
        String help = help("");
        for (String command : HelpTopics.commands()) {
            assertTrue(help.contains(command), command);
        }
        assertEquals(help, help("  \t "));
    }

    @Test
    void shouldShowTheSyntaxOfEveryCommandInAnyCase() {
        for (String command : HelpTopics.commands()) {
            assertTrue(help(command).startsWith("214-2.0.0 Syntax: " + command), command);
            assertEquals(help(command), help(" " + command.toLowerCase(Locale.ROOT) + " "));
        }
        assertTrue(help("mAiL").contains("MAIL FROM:<address> [parameters]"));
    }

    @Test
    void shouldExplainEveryReplyCodeAndItsCure() {
        for (CodePage page : ReplyCatalogue.pages()) {
            String help = help(Integer.toString(page.code()));
            assertTrue(help.startsWith("214-2.0.0 " + page.code() + " " + page.title()), help);
            assertTrue(help.contains("What to do:"), help);
        }
        assertTrue(help("503").contains("RSET starts over"));
    }

    @Test
    void shouldExplainEveryParameterAndTheChunks() {
        for (String parameter : List.of("SIZE", "BODY=7BIT, 8BITMIME", "BINARYMIME", "SMTPUTF8", "RET=", "ENVID=")) {
            assertTrue(help("MAIL").contains(parameter), parameter);
        }
        for (String parameter : List.of("NOTIFY=", "ORCPT=", "SMTPUTF8")) {
            assertTrue(help("RCPT").contains(parameter), parameter);
        }
        assertTrue(help("BDAT").contains("BDAT octets [LAST]"));
    }

    @Test
    void shouldAnswerAsTheCatalogueShows() {
        List<String> dialogue = ReplyCatalogue.page(214).whenSeen().get(1).dialogue();
        assertEquals("C: HELP RCPT", dialogue.get(0));
        assertEquals(
                help("RCPT"),
                dialogue.stream()
                        .skip(1)
                        .map(line -> line.substring(3) + "\r\n")
                        .collect(Collectors.joining()));
    }

    @Test
    void shouldKnowNothingElse() {
        for (String topic : List.of(
                "MAI", "MAILS", "MAIL FROM", "999", "50", "STATUS", "\0", "MA\0", "\0MAIL", "\u00ff", "ninechars")) {
            assertNull(find(topic), topic);
        }
        assertNull(find("\u00ff".repeat(Long.BYTES)));
    }

    @Test
    void shouldTellAStatusInquiry() {
        assertTrue(isStatus("STATUS"));
        assertTrue(isStatus("  status "));
        assertFalse(isStatus(""));
        assertFalse(isStatus("STATUSES"));
        assertFalse(isStatus("MAIL"));
    }

    @Test
    void shouldReadOnlyTheRangeAndLeaveThePosition() {
        ByteBuffer in = ByteBuffer.wrap("HELP MAIL\r\nRCPT".getBytes(StandardCharsets.US_ASCII))
                .position(3);
        assertSame(find("MAIL"), HelpTopics.find(in, 4, 9));
        assertSame(find("RCPT"), HelpTopics.find(in, 11, 15));
        assertSame(find(""), HelpTopics.find(in, 9, 9));
        assertEquals(3, in.position());
    }

    @Test
    void shouldEncodeShortLinesWithinTheSizeOfABuffer() {
        for (String topic : topics()) {
            byte[] reply = find(topic);
            assertNotNull(reply, topic);
            assertTrue(reply.length <= HelpTopics.MAX_REPLY_LENGTH, topic + " " + reply.length);
            String[] lines = help(topic).split("\r\n");
            for (int i = 0; i < lines.length; i++) {
                String head = i < lines.length - 1 ? "214-2.0.0 " : "214 2.0.0 ";
                assertTrue(lines[i].startsWith(head), lines[i]);
                assertTrue(lines[i].matches("[ -~]{11,90}"), lines[i]);
            }
        }
    }

    @Test
    void shouldAllocateNothing() {
        ByteBuffer in = ByteBuffer.wrap("HELP 503".getBytes(StandardCharsets.US_ASCII));
        assertEquals(0, Allocation.bytesOf(() -> {
            if (HelpTopics.isStatus(in, 4, 8) || HelpTopics.find(in, 4, 8) == null) {
                throw new AssertionError("503 is a topic");
            }
        }));
    }

    private static List<String> topics() {
        List<String> topics = new ArrayList<>(HelpTopics.commands());
        topics.add("");
        ReplyCatalogue.pages().forEach(page -> topics.add(Integer.toString(page.code())));
        return topics;
    }

    private static String help(String topic) {
        return new String(find(topic), StandardCharsets.US_ASCII);
    }

    private static byte[] find(String topic) {
        byte[] octets = topic.getBytes(StandardCharsets.ISO_8859_1);
        return HelpTopics.find(ByteBuffer.wrap(octets), 0, octets.length);
    }

    private static boolean isStatus(String topic) {
        byte[] octets = topic.getBytes(StandardCharsets.ISO_8859_1);
        return HelpTopics.isStatus(ByteBuffer.wrap(octets), 0, octets.length);
    }
}
