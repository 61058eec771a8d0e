package io.posthaste.conformance;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the steps of a case, one a line:
 *
 * <pre>
 *   C: text             a line to send, CRLF is added
 *   C~: text            octets to send, nothing is added
 *   pause               what follows goes in another segment
 *   S: 250 5yz close    the next reply
 *   S*3: 250            the next three replies
 *   closed              the server closes and says nothing more
 *   half-close          the client closes its direction
 *   tls                 the handshake
 *   on 354:             indented steps for a code; several in a row are a choice
 *   repeat 100:         indented steps, many times
 * </pre>
 */
final class StepParser {
    private static final OctetTemplate CRLF = OctetTemplate.parse("\\r\\n");

    private final String file;
    private final List<SourceLine> lines;
    private int next;

    StepParser(final String file, final List<SourceLine> lines) {
        this.file = file;
        this.lines = lines;
    }

    /**
     * Reads them all.
     *
     * @throws SuiteFormatException a line is no step
     */
    List<Step> parse() {
        return block(0);
    }

    private List<Step> block(final int indent) {
        final List<Step> steps = new ArrayList<>();
        while (next < lines.size() && lines.get(next).indent() >= indent) {
            final SourceLine line = lines.get(next);
            if (line.indent() > indent) {
                throw line.fault(file, "indented deeper than what it belongs to");
            }
            try {
                addStep(line, steps);
            } catch (final SuiteFormatException e) {
                throw e;
            } catch (final IllegalArgumentException e) {
                throw line.fault(file, e.getMessage());
            }
        }
        return steps;
    }

    private void addStep(final SourceLine line, final List<Step> steps) {
        final String keyword = line.keyword();
        if (keyword.startsWith("on ")) {
            steps.add(choice(line.indent()));
            return;
        }
        next++;
        switch (keyword) {
            case "C" -> {
                steps.add(new Step.Send(OctetTemplate.parse(line.argument())));
                steps.add(new Step.Send(CRLF));
            }
            case "C~" -> steps.add(new Step.Send(OctetTemplate.parse(line.argument())));
            case "S" -> steps.add(new Step.Expect(Expectation.parse(line.argument()), 1));
            case "pause" -> steps.add(new Step.Pause());
            case "closed" -> steps.add(new Step.ExpectClosed());
            case "half-close" -> steps.add(new Step.HalfClose());
            case "tls" -> steps.add(new Step.StartTls());
            default -> steps.add(counted(line, keyword));
        }
    }

    private Step counted(final SourceLine line, final String keyword) {
        if (keyword.startsWith("S*")) {
            return new Step.Expect(Expectation.parse(line.argument()), count(line, keyword.substring(2)));
        }
        if (keyword.startsWith("repeat ")) {
            return new Step.Repeat(count(line, keyword.substring("repeat ".length())), inner(line));
        }
        throw line.fault(file, "'" + keyword + "' is no step");
    }

    private Step choice(final int indent) {
        final List<Step.Branch> branches = new ArrayList<>();
        while (next < lines.size()
                && lines.get(next).indent() == indent
                && lines.get(next).keyword().startsWith("on ")) {
            final SourceLine line = lines.get(next++);
            final Expectation codes = Expectation.parse(line.keyword().substring("on ".length()));
            branches.add(new Step.Branch(codes, inner(line)));
        }
        return new Step.Choice(branches);
    }

    private List<Step> inner(final SourceLine opener) {
        if (next == lines.size() || lines.get(next).indent() <= opener.indent()) {
            throw opener.fault(file, "indented steps have to follow");
        }
        return block(lines.get(next).indent());
    }

    private int count(final SourceLine line, final String text) {
        if (!text.matches("[1-9]\\d{0,5}")) {
            throw line.fault(file, "'" + text + "' is no count");
        }
        return Integer.parseInt(text);
    }
}
