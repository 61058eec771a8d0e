package io.posthaste.conformance;

import java.util.List;

/**
 * How a case went.
 *
 * @param conformanceCase which
 * @param verdict in one word
 * @param expected what was expected, when it failed; what is missing, when it was skipped
 * @param came what came instead, when it failed
 * @param transcript the dialogue, line by line
 */
public record CaseResult(
        ConformanceCase conformanceCase, Verdict verdict, String expected, String came, List<String> transcript) {
    /** In one word. */
    public enum Verdict {
        PASSED,
        FAILED,
        SKIPPED
    }

    public CaseResult {
        transcript = List.copyOf(transcript);
    }

    /** Whether it failed and the server therefore does not conform. */
    public boolean isViolation() {
        return verdict == Verdict.FAILED && conformanceCase.level() == Level.MUST;
    }

    @Override
    public String toString() {
        return conformanceCase.id() + " " + verdict
                + (verdict == Verdict.FAILED
                        ? ": expected " + expected + ", came " + came + "\n" + String.join("\n", transcript)
                        : "");
    }
}
