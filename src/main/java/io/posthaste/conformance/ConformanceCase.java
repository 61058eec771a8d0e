package io.posthaste.conformance;

import java.util.List;
import java.util.OptionalInt;

/**
 * A dialogue on a connection of its own, and what the RFCs take for an answer.
 *
 * @param id unique, its first word is the group: {@code smuggling.lf-dot-crlf.transaction}
 * @param title one line for people
 * @param rfc such as {@code RFC 5321 section 4.1.1.4}
 * @param level how strongly it is demanded
 * @param needs without which the case is skipped
 * @param steps from the greeting on; QUIT follows when they leave the connection open
 * @param delivers messages handed on, when every conforming server must agree on that
 */
public record ConformanceCase(
        String id,
        String title,
        String rfc,
        Level level,
        List<Requirement> needs,
        List<Step> steps,
        OptionalInt delivers) {
    public ConformanceCase {
        needs = List.copyOf(needs);
        steps = List.copyOf(steps);
    }

    /** The group it belongs to. */
    public String group() {
        return id.substring(0, id.indexOf('.'));
    }

    /** What the server lacks for this case, or null when it can be run. */
    String missing(final DialogueSettings settings) {
        for (final Requirement requirement : needs) {
            if (!requirement.isMetBy(settings)) {
                return requirement.text();
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return id;
    }
}
