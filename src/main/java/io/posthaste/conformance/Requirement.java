package io.posthaste.conformance;

/**
 * What a case needs of the server to be asked at all: an EHLO keyword, {@code no KEYWORD}, a keyword with a parameter ({@code AUTH
 * PLAIN}), one of these within TLS ({@code tls:AUTH}), {@code size-limit} (SIZE with a number), a recipient with a domain
 * ({@code domain}), or somebody who can log in ({@code credentials}).
 *
 * @param text as it stands in the case
 */
public record Requirement(String text) {
    private static final String NEGATION = "no ";
    private static final String WITHIN_TLS = "tls:";

    public Requirement {
        if (!text.matches("size-limit|domain|credentials|(tls:)?(no )?[A-Z0-9][A-Z0-9-]*( [A-Z0-9-]+)?")) {
            throw new IllegalArgumentException("'" + text + "' is nothing a case can need");
        }
    }

    boolean isMetBy(final DialogueSettings settings) {
        if (text.equals("size-limit")) {
            return settings.capabilities().sizeLimit() > 0;
        }
        if (text.equals("domain")) {
            return settings.to().contains("@");
        }
        if (text.equals("credentials")) {
            return !settings.credentials().isEmpty();
        }
        return text.startsWith(WITHIN_TLS)
                ? isMetBy(settings.secureCapabilities(), text.substring(WITHIN_TLS.length()))
                : isMetBy(settings.capabilities(), text);
    }

    private static boolean isMetBy(final Capabilities capabilities, final String wanted) {
        if (wanted.startsWith(NEGATION)) {
            return !isMetBy(capabilities, wanted.substring(NEGATION.length()));
        }
        final String[] words = wanted.split(" ");
        return words.length == 1 ? capabilities.offers(wanted) : capabilities.offers(words[0], words[1]);
    }

    @Override
    public String toString() {
        return text;
    }
}
