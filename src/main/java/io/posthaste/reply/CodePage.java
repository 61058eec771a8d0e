package io.posthaste.reply;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All there is to say about one reply code, in ASCII, as HELP sends it over the wire.
 *
 * @param code the reply code.
 * @param title its name, without a full stop.
 * @param summary what it means.
 * @param effect what becomes of the session and the transaction.
 * @param whenSeen the occasions.
 * @param whatToDo the way on, for the sender and for the operator of the server.
 * @param contrasts other codes it is easily confused with.
 * @param composed the forms of the replies that are put together at run time; capitals stand for what varies.
 * @param references where the standards speak of it.
 */
public record CodePage(
        int code,
        String title,
        String summary,
        String effect,
        List<Sighting> whenSeen,
        List<Remedy> whatToDo,
        List<Contrast> contrasts,
        List<String> composed,
        List<String> references) {

    /** Whom a {@link Remedy} is for. */
    public enum Party {
        /** Whoever runs or writes the client that got the reply. */
        SENDER("Sender"),
        /** Whoever runs the server that sent it. */
        OPERATOR("Operator");

        private final String label;

        Party(String label) {
            this.label = label;
        }

        /** The party in plain words. */
        public String label() {
            return label;
        }
    }

    /**
     * An occasion on which the code is seen.
     *
     * @param when the occasion in words.
     * @param dialogue an example, each line starting with "C: " or "S: "; may be empty.
     */
    public record Sighting(String when, List<String> dialogue) {}

    /**
     * Something to do about it.
     *
     * @param party who is to do it.
     * @param action what to do.
     */
    public record Remedy(Party party, String action) {}

    /**
     * How the code differs from one that it is easily confused with.
     *
     * @param other the other code.
     * @param difference the difference.
     */
    public record Contrast(int other, String difference) {}

    /** The kind, from the first digit. */
    public ReplyKind kind() {
        return ReplyKind.of(code);
    }

    /** What the reply is about, from the second digit (RFC 5321 section 4.2.1). */
    public String subject() {
        return switch (code / 10 % 10) {
            case 0 -> "the form and the order of commands";
            case 1 -> "information for people";
            case 2 -> "the connection";
            case 3 -> "who the client is (RFC 4954)";
            case 5 -> "the mail itself";
            default -> throw new IllegalStateException("no subject is defined for " + code);
        };
    }

    /** The lines of all replies with this code, the fixed ones first. */
    public List<String> replies() {
        List<String> lines = new ArrayList<>();
        for (Reply reply : Reply.values()) {
            if (reply.code() == code) {
                lines.add(reply.line());
            }
        }
        lines.addAll(composed);
        return lines;
    }

    /** The enhanced status codes that these replies have, in ascending order; empty if none has one. */
    public Collection<String> enhancedStatuses() {
        return Stream.concat(
                        Stream.of(Reply.values())
                                .filter(reply -> reply.code() == code)
                                .map(Reply::enhancedStatus),
                        composed.stream().map(form -> form.substring(4).split(" ", 2)[0]))
                .filter(status -> status.matches("[245]\\.\\d{1,3}\\.\\d{1,3}"))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
