package io.posthaste.reply;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pages of all reply codes that the server can send. Immutable; any thread may use it. */
public final class ReplyCatalogue {
    /** The six codes that define the conversation, in ascending order. */
    public static final List<Integer> CORE_CODES = List.of(211, 214, 250, 500, 501, 503);

    private static final List<CodePage> PAGES = Stream.of(
                    PositivePages.PAGES, TransientPages.PAGES, SyntaxPages.PAGES, RefusalPages.PAGES)
            .flatMap(List::stream)
            .sorted((a, b) -> Integer.compare(a.code(), b.code()))
            .collect(Collectors.toUnmodifiableList());

    private ReplyCatalogue() {}

    /** All pages, in ascending order of their codes. */
    public static List<CodePage> pages() {
        return PAGES;
    }

    /**
     * The page of one code.
     *
     * @param code the reply code.
     * @return its page; null if the server never sends this code.
     */
    public static CodePage page(int code) {
        for (CodePage page : PAGES) {
            if (page.code() == code) {
                return page;
            }
        }
        return null;
    }
}
