package io.posthaste.policy;

import java.net.IDN;
import java.util.Locale;

/** Domain names as operators write them. Stateless. */
final class DomainNames {
    private static final String A_LABEL_PREFIX = "xn--";

    private DomainNames() {}

    /**
     * The other form of an internationalised name, all in small letters: A-labels for U-labels, or the reverse.
     *
     * <p>{@link IDN} knows IDNA of 2003, which takes some characters for others that are different ones by now (ß for ss), and
     * so would lead to somebody else's domain. A form counts only if it leads back to the name.
     *
     * @return null for a name that has none: it is ASCII through and through, or no name
     */
    static String otherForm(final String domain) {
        final String name = domain.toLowerCase(Locale.ROOT);
        if (name.startsWith("[")) {
            return null;
        }
        try {
            if (!isAscii(name)) {
                final String ascii = IDN.toASCII(name);
                return IDN.toUnicode(ascii).equals(name) ? ascii : null;
            }
            if (name.contains(A_LABEL_PREFIX)) {
                final String unicode = IDN.toUnicode(name);
                return !unicode.equals(name) && IDN.toASCII(unicode).equals(name) ? unicode : null;
            }
            return null;
        } catch (final IllegalArgumentException e) {
            return null; // nobody can have registered it in the other form
        }
    }

    private static boolean isAscii(final String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
