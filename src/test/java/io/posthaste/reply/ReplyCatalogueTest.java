package io.posthaste.reply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplyCatalogueTest {
    private static final Set<Integer> CODES_OF_COMPOSED_REPLIES = Set.of(211, 214, 220, 250, 334);

    @Test
    void shouldHaveOnePageForEachCodeThatIsSentAndNoOther() {
        TreeSet<Integer> sent = new TreeSet<>(CODES_OF_COMPOSED_REPLIES);
        for (Reply reply : Reply.values()) {
            sent.add(reply.code());
        }
        assertEquals(
                List.copyOf(sent),
                ReplyCatalogue.pages().stream().map(CodePage::code).collect(Collectors.toList()));
        sent.forEach(code -> assertEquals(code, ReplyCatalogue.page(code).code()));
        assertNull(ReplyCatalogue.page(599));
    }

    @Test
    void shouldHaveComposedRepliesWhereTheEncoderMakesThem() {
        for (CodePage page : ReplyCatalogue.pages()) {
            assertEquals(
                    CODES_OF_COMPOSED_REPLIES.contains(page.code()),
                    !page.composed().isEmpty(),
                    page.title());
            page.composed().forEach(form -> assertTrue(form.matches(page.code() + "[- ].+"), form));
        }
    }

    @Test
    void shouldFillEveryPartOfEveryPage() {
        for (CodePage page : ReplyCatalogue.pages()) {
            assertFalse(page.whenSeen().isEmpty(), page.title());
            assertFalse(page.contrasts().isEmpty(), page.title());
            assertFalse(page.references().isEmpty(), page.title());
            assertFalse(page.replies().isEmpty(), page.title());
            assertNotNull(page.subject());
            for (CodePage.Party party : CodePage.Party.values()) {
                assertTrue(page.whatToDo().stream().anyMatch(remedy -> remedy.party() == party), page.title());
            }
        }
    }

    @Test
    void shouldGiveTheCoreCodesTheFullestPages() {
        assertEquals(List.of(211, 214, 250, 500, 501, 503), ReplyCatalogue.CORE_CODES);
        for (int code : ReplyCatalogue.CORE_CODES) {
            CodePage page = ReplyCatalogue.page(code);
            assertTrue(page.contrasts().size() >= 3, page.title());
            assertTrue(page.whatToDo().size() >= 3, page.title());
        }
    }

    @Test
    void shouldContrastOnlyWithOtherKnownCodes() {
        for (CodePage page : ReplyCatalogue.pages()) {
            for (CodePage.Contrast contrast : page.contrasts()) {
                assertNotEquals(page.code(), contrast.other());
                assertNotNull(ReplyCatalogue.page(contrast.other()), page.code() + " and " + contrast.other());
            }
        }
    }

    @Test
    void shouldBeWrittenInPlainAsciiSentences() {
        for (CodePage page : ReplyCatalogue.pages()) {
            for (String text : textsOf(page)) {
                assertTrue(text.matches("[ -~]+"), text);
                assertFalse(text.contains("  ") || text.startsWith(" ") || text.endsWith(" "), text);
            }
            for (String sentence : sentencesOf(page)) {
                assertTrue(sentence.endsWith("."), sentence);
            }
        }
    }

    @Test
    void shouldShowOnlyDialoguesThatCanHappen() {
        for (CodePage page : ReplyCatalogue.pages()) {
            for (CodePage.Sighting sighting : page.whenSeen()) {
                List<String> dialogue = sighting.dialogue();
                dialogue.forEach(line -> assertTrue(line.matches("[CS]: [ -~]*"), line));
                assertTrue(
                        dialogue.isEmpty() || dialogue.stream().anyMatch(line -> line.startsWith("S: " + page.code())),
                        sighting.when());
            }
        }
    }

    @Test
    void shouldDeriveEnhancedStatusesFromTheReplies() {
        assertEquals(Set.of("5.5.1"), ReplyCatalogue.page(503).enhancedStatuses());
        assertEquals(Set.of("2.0.0"), ReplyCatalogue.page(211).enhancedStatuses());
        assertEquals(Set.of("2.0.0", "2.1.0", "2.1.5"), ReplyCatalogue.page(250).enhancedStatuses());
        assertEquals(
                Set.of("5.1.3", "5.1.7", "5.5.2", "5.5.4", "5.7.0"),
                ReplyCatalogue.page(501).enhancedStatuses());
        assertTrue(ReplyCatalogue.page(354).enhancedStatuses().isEmpty());
    }

    @Test
    void shouldTellTheKindByTheFirstDigit() {
        assertEquals(ReplyKind.POSITIVE_COMPLETION, ReplyKind.of(250));
        assertEquals(ReplyKind.POSITIVE_INTERMEDIATE, ReplyKind.of(354));
        assertEquals(ReplyKind.TRANSIENT_NEGATIVE, ReplyKind.of(421));
        assertEquals(ReplyKind.PERMANENT_NEGATIVE, ReplyKind.of(503));
        IntStream.of(199, 600, 0, -250)
                .forEach(code -> assertThrows(IllegalArgumentException.class, () -> ReplyKind.of(code)));
    }

    private static List<String> textsOf(CodePage page) {
        List<String> texts = new ArrayList<>(sentencesOf(page));
        texts.add(page.title());
        texts.addAll(page.references());
        texts.addAll(page.composed());
        return texts;
    }

    private static List<String> sentencesOf(CodePage page) {
        List<String> texts = new ArrayList<>(List.of(page.summary(), page.effect()));
        page.whenSeen().forEach(sighting -> texts.add(sighting.when()));
        page.whatToDo().forEach(remedy -> texts.add(remedy.action()));
        page.contrasts().forEach(contrast -> texts.add(contrast.difference()));
        return texts;
    }
}
