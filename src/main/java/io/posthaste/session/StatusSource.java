package io.posthaste.session;

import java.util.List;

/** What HELP STATUS tells. Any reactor thread; may allocate. */
@FunctionalInterface
public interface StatusSource {
    /**
     * The lines of the {@code 211} reply, printable ASCII of at most 500 octets each, at most 7 lines.
     *
     * @param trusted whether the client may know figures; otherwise a harmless summary
     */
    List<String> status(boolean trusted);
}
