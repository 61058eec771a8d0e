package io.posthaste.conformance;

import io.posthaste.conformance.CaseResult.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Runs one case against one peer. A case that leaves the connection open ends with QUIT, whose 221 must be the very next
 * reply: so every case shows that the server said exactly what was expected and not a reply more, without waiting for
 * silence. One thread, used once.
 */
public final class DialogueRunner {
    private static final Step.Send QUIT = new Step.Send(OctetTemplate.parse("QUIT\\r\\n"));

    private static final Step.Expect QUIT_REPLY = new Step.Expect(Expectation.parse("221"), 1);
    private static final Step.Expect QUIT_REPLY_OR_CLOSE = new Step.Expect(Expectation.parse("221 421 close"), 1);

    private static final int LEAST_REFUSAL = 400;

    /** After it the server closes the connection (RFC 5321 section 3.8), so that there is nothing more to ask. */
    private static final int CLOSING = 421;

    private final ConformanceCase conformanceCase;
    private final DialoguePeer peer;
    private final Map<String, String> placeholders;
    private final ReplyReader replies;
    private final Transcript transcript;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private int lastCode;

    /** Whether closing would have done in place of the last reply: then a refusal may be followed by it. */
    private boolean mayHaveClosed;

    /** What comes after a step. */
    private enum Next {
        GO_ON,
        END
    }

    /** The server did not do what was expected. */
    private static final class UnexpectedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String expected;
        private final String came;

        UnexpectedException(final String expected, final String came) {
            super(came, null, false, false);
            this.expected = expected;
            this.came = came;
        }
    }

    private DialogueRunner(
            final ConformanceCase conformanceCase, final DialoguePeer peer, final DialogueSettings settings) {
        this.conformanceCase = conformanceCase;
        this.peer = peer;
        this.placeholders = settings.placeholders();
        this.transcript = new Transcript(settings.credentials());
        this.replies = new ReplyReader(peer);
    }

    /**
     * The result of a case that cannot be run, or null when it can.
     *
     * @param settings with the capabilities of the server
     */
    public static CaseResult skipped(final ConformanceCase conformanceCase, final DialogueSettings settings) {
        final String missing = conformanceCase.missing(settings);
        return missing == null ? null : new CaseResult(conformanceCase, Verdict.SKIPPED, missing, "", List.of());
    }

    /**
     * Runs a case. The peer stays open.
     *
     * @param peer a connection just opened, its greeting not yet read
     * @throws IOException the peer itself failed
     */
    public static CaseResult run(
            final ConformanceCase conformanceCase, final DialoguePeer peer, final DialogueSettings settings)
            throws IOException {
        return new DialogueRunner(conformanceCase, peer, settings).run();
    }

    private CaseResult run() throws IOException {
        try {
            if (all(conformanceCase.steps()) == Next.GO_ON) {
                all(List.of(QUIT, mayHaveClosed ? QUIT_REPLY_OR_CLOSE : QUIT_REPLY));
            }
            checkDelivered();
            return new CaseResult(conformanceCase, Verdict.PASSED, "", "", transcript.lines());
        } catch (final UnexpectedException e) {
            return new CaseResult(
                    conformanceCase, Verdict.FAILED, e.expected, transcript.hiding(e.came), transcript.lines());
        }
    }

    private Next all(final List<Step> steps) throws IOException, UnexpectedException {
        for (final Step step : steps) {
            if (one(step) == Next.END) {
                return Next.END;
            }
        }
        return Next.GO_ON;
    }

    private Next one(final Step step) throws IOException, UnexpectedException {
        if (step instanceof Step.Send send) {
            gathered.writeBytes(send.octets().expand(placeholders));
            return Next.GO_ON;
        }
        if (step instanceof Step.Choice choice) {
            return choose(choice);
        }
        if (step instanceof Step.Repeat repeat) {
            return repeat(repeat);
        }
        flush();
        if (step instanceof Step.Expect expect) {
            return expect(expect);
        }
        if (step instanceof Step.StartTls) {
            return startTls();
        }
        if (step instanceof Step.ExpectClosed) {
            expectClosed();
            return Next.END;
        }
        if (step instanceof Step.HalfClose) {
            transcript.note("(half-close)");
            peer.halfClose();
        } else {
            peer.pause();
        }
        return Next.GO_ON;
    }

    private Next choose(final Step.Choice choice) throws IOException, UnexpectedException {
        for (final Step.Branch branch : choice.branches()) {
            if (branch.condition().includes(lastCode)) {
                return all(branch.steps());
            }
        }
        return Next.GO_ON;
    }

    private Next repeat(final Step.Repeat repeat) throws IOException, UnexpectedException {
        for (int i = 0; i < repeat.count(); i++) {
            if (all(repeat.steps()) == Next.END) {
                return Next.END;
            }
        }
        return Next.GO_ON;
    }

    private Next expect(final Step.Expect expect) throws IOException, UnexpectedException {
        final Expectation expectation = expect.expectation();
        for (int i = 0; i < expect.count(); i++) {
            final ServerReply reply = replies.next();
            if (reply == null) {
                if (expectation.orClose() && replies.end() == ReplyReader.End.CLOSED) {
                    transcript.note("(closed)");
                    return Next.END;
                }
                throw new UnexpectedException(expected(expectation), silence());
            }
            transcript.received(reply);
            final String fault = expectation.fault(reply);
            if (fault != null) {
                throw new UnexpectedException(
                        expected(expectation), fault.isEmpty() ? reply.toString() : fault + ": " + reply);
            }
            lastCode = reply.code();
            mayHaveClosed = expectation.orClose() && lastCode >= LEAST_REFUSAL;
            if (lastCode == CLOSING) {
                return Next.END;
            }
        }
        return Next.GO_ON;
    }

    private void expectClosed() throws IOException, UnexpectedException {
        final ServerReply reply = replies.next();
        if (reply != null) {
            transcript.received(reply);
            throw new UnexpectedException("a closed connection", reply.toString());
        }
        if (replies.end() != ReplyReader.End.CLOSED) {
            throw new UnexpectedException("a closed connection", silence());
        }
        transcript.note("(closed)");
    }

    private Next startTls() throws IOException, UnexpectedException {
        if (replies.hasUnread()) {
            throw new UnexpectedException("a TLS handshake", "more plaintext behind the answer to STARTTLS");
        }
        final DialoguePeer.Handshake handshake = peer.startTls();
        transcript.note("(TLS handshake: " + handshake + ")");
        if (handshake == DialoguePeer.Handshake.PLAINTEXT_CAME) {
            throw new UnexpectedException("a TLS handshake", "plaintext behind the answer to STARTTLS");
        }
        return handshake == DialoguePeer.Handshake.DONE ? Next.GO_ON : Next.END;
    }

    private void checkDelivered() throws UnexpectedException {
        final int delivered = peer.delivered();
        if (delivered != DialoguePeer.UNKNOWN
                && conformanceCase.delivers().isPresent()
                && delivered != conformanceCase.delivers().getAsInt()) {
            throw new UnexpectedException(
                    conformanceCase.delivers().getAsInt() + " messages delivered", delivered + " messages");
        }
    }

    private void flush() throws IOException {
        if (gathered.size() > 0) {
            transcript.sent(gathered.toByteArray());
            peer.send(gathered.toByteArray());
            gathered.reset();
        }
    }

    private String expected(final Expectation expectation) {
        final String toWhat = transcript.lastSent();
        return expectation.source() + (toWhat.isEmpty() ? " as greeting" : " after " + toWhat);
    }

    private String silence() {
        return replies.end() == ReplyReader.End.CLOSED ? "a closed connection" : "nothing";
    }
}
