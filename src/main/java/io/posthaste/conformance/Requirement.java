package io.posthaste.conformance;

/**
 * What a case needs of the server to be asked at all: an EHLO keyword, {@code no KEYWORD}, {@code size-limit} (SIZE with a
 * number), or a recipient with a domain ({@code domain}).
 *
 * @param text as it stands in the case
 */
public record Requirement(String text) {
    private static final String NEGATION = "no ";

    public Requirement {
        if (!text.matches("size-limit|domain|(no )?[A-Z0-9][A-Z0-9-]*")) {
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
        return text.startsWith(NEGATION)
                ? !settings.capabilities().offers(text.substring(NEGATION.length()))
                : settings.capabilities().offers(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
