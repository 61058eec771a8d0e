package io.posthaste.policy;

import io.posthaste.wire.ArgumentError;
import io.posthaste.wire.Extension;
import io.posthaste.wire.ParameterOptions;
import io.posthaste.wire.RcptArguments;
import java.net.IDN;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Domain names as operators write them. Stateless. */
public final class DomainNames {
    private static final ParameterOptions OPTIONS = ParameterOptions.of(false, Extension.SMTPUTF8);
    private static final String A_LABEL_PREFIX = "xn--";

    private DomainNames() {}

    /**
     * Checks that mail can have such a domain.
     *
     * @param domain a name, in A-labels or in U-labels (RFC 5890 section 2.3.2.1), or a bracketed address literal
     * @throws IllegalArgumentException it is none; the message is for the operator
     */
    public static void require(final String domain) {
        final byte[] command = (" TO:<x@" + domain + ">").getBytes(StandardCharsets.UTF_8);
        final RcptArguments arguments = new RcptArguments();
        final ArgumentError error = arguments.parse(ByteBuffer.wrap(command), 0, command.length, OPTIONS, true);
        final boolean isWhole = arguments.path().end() == command.length;
        if (error != ArgumentError.NONE || !isWhole || domain.indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    "'" + domain + "' is not a domain: write a name like example.org, without @ and final dot");
        }
    }

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
