package io.posthaste.session;

import java.util.List;

/** What HELP STATUS tells, and HELP with a topic that only some servers have. Any reactor thread; may allocate. */
@FunctionalInterface
public interface StatusSource {
    /**
     * The lines of the {@code 211} reply, printable ASCII of at most 500 octets each, at most 7 lines.
     *
     * @param trusted whether the client may know figures; otherwise a harmless summary
     */
    List<String> status(boolean trusted);

    /**
     * The lines of the {@code 214} reply to HELP with a topic that is none of the fixed ones; asked for trusted clients only.
     *
     * @param topic what stands behind HELP, without blanks around it
     * @return at most 40 lines of printable ASCII, of at most 490 octets each and 3,600 in all; empty when the topic is
     *     unknown here, too
     */
    default List<String> help(final String topic) {
        return List.of();
    }
}
