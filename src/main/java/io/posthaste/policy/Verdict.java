package io.posthaste.policy;

import io.posthaste.reply.ReplyEncoder;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a {@link Policy} says: go on, or a refusal with its reply. Made once and used again and again where it does not vary:
 * then an answer costs nothing. Immutable; any thread.
 */
public final class Verdict {
    /** Nothing speaks against it. */
    public static final Verdict ACCEPT = new Verdict(0, "", "", "");

    /** No, for now: {@code 451 4.7.1}. */
    public static final Verdict DEFER = refuse(451, "4.7.1", "Refused for now by policy: try again later");

    /** Closes the session, whatever it answers (RFC 5321 section 3.8). */
    private static final int CLOSING = 421;

    private static final int NO_SERVICE = 554;
    private static final int LEAST_PERMANENT = 500;
    private static final int MOST_LIST_OCTETS = 255;

    private final int code;
    private final String enhancedStatus;
    private final String text;
    private final String list;
    private final String line;
    private final byte[] reply;
    private final byte[] greetingReply;
    private final CompletionStage<Verdict> answer;

    private Verdict(final int code, final String enhancedStatus, final String text, final String list) {
        this.code = code;
        this.enhancedStatus = enhancedStatus;
        this.text = text;
        this.list = list;
        if (code == 0) {
            line = "accepted";
            reply = new byte[0];
            greetingReply = reply;
        } else {
            line = code + " " + enhancedStatus + " " + text;
            reply = ReplyEncoder.refusal(code, enhancedStatus, text);
            greetingReply = ReplyEncoder.refusal(greetingCode(), enhancedStatus, text);
        }
        answer = CompletableFuture.completedFuture(this);
    }

    /**
     * A refusal. With the code 421 the session ends behind it.
     *
     * @param code 400 to 499 for now, 500 to 599 for good
     * @param enhancedStatus such as {@code 5.7.1} (RFC 3463), of the same class
     * @param text why, and what to do: printable ASCII, not empty, in a line of at most 512 octets
     * @throws IllegalArgumentException one of them is not so
     */
    public static Verdict refuse(final int code, final String enhancedStatus, final String text) {
        return new Verdict(code, enhancedStatus, text, "");
    }

    /**
     * The same refusal with the name of the list that somebody is on, for the log.
     *
     * @param name such as {@code bl.example.org}: at most {@value #MOST_LIST_OCTETS} printable ASCII characters, no quotation
     *     marks and backslashes
     * @throws IllegalArgumentException it is not so, or this is no refusal
     */
    public Verdict by(final String name) {
        if (isAccepted() || !name.matches("[ -~&&[^\"\\\\]]{1," + MOST_LIST_OCTETS + "}")) {
            throw new IllegalArgumentException("no name of a list that refuses: '" + name + "'");
        }
        return new Verdict(code, enhancedStatus, text, name);
    }

    /** This as an answer that is there already. Always the same object. */
    public CompletionStage<Verdict> now() {
        return answer;
    }

    public boolean isAccepted() {
        return code == 0;
    }

    /** The reply code of a refusal, otherwise 0. */
    public int code() {
        return code;
    }

    /** The enhanced status code of a refusal, such as {@code 5.7.1}; otherwise empty. */
    public String enhancedStatus() {
        return enhancedStatus;
    }

    /** What a refusal says behind the codes, printable ASCII; otherwise empty. */
    public String text() {
        return text;
    }

    /** The name of the list that is the reason; empty when there is none. */
    public String list() {
        return list;
    }

    /** The code of a refusal in place of the greeting, where RFC 5321 section 4.3.2 knows only two: 421 and 554. */
    public int greetingCode() {
        return code < LEAST_PERMANENT ? CLOSING : NO_SERVICE;
    }

    /** Whether the session ends with it. */
    public boolean isClosing() {
        return code == CLOSING;
    }

    /** Whether it ends the session in place of the greeting. */
    public boolean isClosingGreeting() {
        return greetingCode() == CLOSING;
    }

    /** Puts the reply of a refusal. */
    public void putTo(final ByteBuffer out) {
        out.put(reply);
    }

    /** Puts the reply of a refusal as it is in place of the greeting. */
    public void putGreetingTo(final ByteBuffer out) {
        out.put(greetingReply);
    }

    @Override
    public String toString() {
        return line;
    }
}
