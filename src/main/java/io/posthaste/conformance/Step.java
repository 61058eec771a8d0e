package io.posthaste.conformance;

import java.util.List;

/** One step of a dialogue, seen from the client. */
public sealed interface Step {
    /** Octets to send. They gather until a reply is expected or a {@link Pause}, then leave in one write. */
    record Send(OctetTemplate octets) implements Step {}

    /** Writes what has gathered; what follows goes in another segment. */
    record Pause() implements Step {}

    /** The next replies, each of which must do. */
    record Expect(Expectation expectation, int count) implements Step {}

    /** The server closes the connection and says nothing more. Ends the dialogue. */
    record ExpectClosed() implements Step {}

    /** The client sends nothing more, but goes on reading. */
    record HalfClose() implements Step {}

    /** The TLS handshake. A server that refuses it ends the dialogue well; plaintext is a failure. */
    record StartTls() implements Step {}

    /** The first branch that includes the code of the last reply; none, if none does. */
    record Choice(List<Branch> branches) implements Step {
        public Choice {
            branches = List.copyOf(branches);
        }
    }

    /** The same steps several times. */
    record Repeat(int count, List<Step> steps) implements Step {
        public Repeat {
            steps = List.copyOf(steps);
        }
    }

    /** Steps for some codes. */
    record Branch(Expectation condition, List<Step> steps) {
        public Branch {
            steps = List.copyOf(steps);
        }
    }
}
