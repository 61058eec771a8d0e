package io.posthaste.reply;

/** What the first digit of a reply code tells a client that knows nothing else about it (RFC 5321 section 4.2.1). */
public enum ReplyKind {
    /** 2yz. */
    POSITIVE_COMPLETION(2, "positive", "The action was done. Go on with what comes next."),
    /** 3yz. */
    POSITIVE_INTERMEDIATE(
            3,
            "positive, intermediate",
            "The command was taken and the server waits for the rest of it. Send that now."),
    /** 4yz. */
    TRANSIENT_NEGATIVE(
            4,
            "temporary failure",
            "The action was not done, for a reason that may pass. Keep the message and repeat it later, unchanged."),
    /** 5yz. */
    PERMANENT_NEGATIVE(
            5,
            "permanent failure",
            "The action was not done and will not be done when repeated unchanged. Correct the command or the message"
                    + " first, or return the message to its author.");

    private static final ReplyKind[] KINDS = values();

    private final int digit;
    private final String label;
    private final String meaning;

    ReplyKind(int digit, String label, String meaning) {
        this.digit = digit;
        this.label = label;
        this.meaning = meaning;
    }

    /**
     * The kind of a reply code.
     *
     * @param code three digits, 200 to 599.
     * @return its kind.
     * @throws IllegalArgumentException if no kind has this first digit.
     */
    public static ReplyKind of(int code) {
        for (ReplyKind kind : KINDS) {
            if (code / 100 == kind.digit) {
                return kind;
            }
        }
        throw new IllegalArgumentException("not an SMTP reply code: " + code);
    }

    /** The first digit of every reply code of this kind. */
    public int digit() {
        return digit;
    }

    /** The kind in plain words, lower case: "temporary failure". */
    public String label() {
        return label;
    }

    /** What a client is to make of it, in full sentences. */
    public String meaning() {
        return meaning;
    }
}
