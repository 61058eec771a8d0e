package io.posthaste.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Octets as a case writes them: text in UTF-8 with the escapes <code>\r \n \t \0 \s \\ \xHH</code> ({@code \s} is a space),
 * placeholders such as <code>${from}</code>, and repeats such as <code>${a*64}</code>, whose text may hold both. Immutable.
 */
final class OctetTemplate {
    /** Names that {@link DialogueSettings} gives a value. */
    private static final Set<String> PLACEHOLDERS = Set.of(
            "hello",
            "credentials",
            "from",
            "from.local",
            "from.domain",
            "to",
            "to.local",
            "to.domain",
            "size",
            "size+1");

    private static final int GREATEST_COUNT = 1 << 20;

    /** A piece: literal octets, a placeholder, or a repeat. */
    private record Part(byte[] octets, String placeholder, OctetTemplate repeated, int count) {}

    private final String source;
    private final List<Part> parts = new ArrayList<>();

    private OctetTemplate(final String source) {
        this.source = source;
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException with what is wrong with it
     */
    static OctetTemplate parse(final String source) {
        final OctetTemplate result = new OctetTemplate(source);
        final ByteArrayOutputStream literal = new ByteArrayOutputStream();
        int i = 0;
        while (i < source.length()) {
            if (source.startsWith("${", i)) {
                result.addLiteral(literal);
                final int end = closingBrace(source, i + 2);
                result.addVariable(source.substring(i + 2, end));
                i = end + 1;
            } else if (source.charAt(i) == '\\') {
                i += escape(source, i + 1, literal);
            } else {
                final int codePoint = source.codePointAt(i);
                literal.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(codePoint);
            }
        }
        result.addLiteral(literal);
        return result;
    }

    /** The octets, with every placeholder replaced. */
    byte[] expand(final Map<String, String> placeholders) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        expand(placeholders, out);
        return out.toByteArray();
    }

    @Override
    public String toString() {
        return source;
    }

    private void expand(final Map<String, String> placeholders, final ByteArrayOutputStream out) {
        for (final Part part : parts) {
            if (part.octets != null) {
                out.writeBytes(part.octets);
            } else if (part.placeholder != null) {
                out.writeBytes(placeholders.get(part.placeholder).getBytes(StandardCharsets.UTF_8));
            } else {
                final byte[] once = part.repeated.expand(placeholders);
                for (int i = 0; i < part.count; i++) {
                    out.writeBytes(once);
                }
            }
        }
    }

    private void addLiteral(final ByteArrayOutputStream literal) {
        if (literal.size() > 0) {
            parts.add(new Part(literal.toByteArray(), null, null, 0));
            literal.reset();
        }
    }

    private void addVariable(final String inner) {
        final int star = inner.lastIndexOf('*');
        if (PLACEHOLDERS.contains(inner)) {
            parts.add(new Part(null, inner, null, 0));
        } else if (star > 0 && inner.substring(star + 1).matches("\\d{1,7}")) {
            final int count = Integer.parseInt(inner.substring(star + 1));
            if (count > GREATEST_COUNT) {
                throw new IllegalArgumentException("repeated more than " + GREATEST_COUNT + " times");
            }
            parts.add(new Part(null, null, parse(inner.substring(0, star)), count));
        } else {
            throw new IllegalArgumentException("${" + inner + "} is neither a placeholder nor a repeat");
        }
    }

    private static int closingBrace(final String text, final int from) {
        int depth = 1;
        for (int i = from; i < text.length(); i++) {
            if (text.startsWith("${", i)) {
                depth++;
            } else if (text.charAt(i) == '}' && --depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("${ without }");
    }

    /** Puts the octet that the escape behind a backslash stands for. Returns the length with the backslash. */
    private static int escape(final String text, final int index, final ByteArrayOutputStream out) {
        final char letter = index < text.length() ? text.charAt(index) : ' ';
        switch (letter) {
            case 'r' -> out.write('\r');
            case 'n' -> out.write('\n');
            case 't' -> out.write('\t');
            case '0' -> out.write(0);
            case 's' -> out.write(' ');
            case '\\' -> out.write('\\');
            case 'x' -> {
                if (index + 3 > text.length()) {
                    throw new IllegalArgumentException("\\x needs two hexadecimal digits");
                }
                out.write(Integer.parseInt(text.substring(index + 1, index + 3), 16));
                return 4;
            }
            default -> throw new IllegalArgumentException("\\" + letter + " is no escape");
        }
        return 2;
    }
}
