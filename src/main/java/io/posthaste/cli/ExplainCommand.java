package io.posthaste.cli;

import io.posthaste.reply.CodePage;
import io.posthaste.reply.ReplyCatalogue;
import io.posthaste.reply.ReplyExplainer;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code posthaste explain CODE [CODE]}: the page of a reply code, or two codes compared. */
@Command(
        name = "explain",
        description = "Explain a reply code, or compare two.",
        customSynopsis = "posthaste explain CODE [CODE]",
        footer = {"", "Examples:", "  posthaste explain 503", "  posthaste explain 211 503", "  posthaste explain 5.5.1"
        })
public final class ExplainCommand implements Callable<Integer> {
    private static final String ENHANCED_STATUS = "[245]\\.\\d{1,3}\\.\\d{1,3}";

    @Parameters(
            arity = "0..*",
            paramLabel = "CODE",
            description =
                    "A reply code such as 503; two are compared. Alone also an enhanced status code such as 5.5.1.")
    private List<String> codes = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    /**
     * Prints the explanation to the output of the command line.
     *
     * @return exit code 0.
     * @throws CommandLine.ParameterException if the codes are not one or two different ones of the catalogue; its message
     *     is one line.
     */
    @Override
    public Integer call() {
        if (codes.isEmpty() || codes.size() > 2) {
            throw error("explain takes one or two reply codes, such as 503 or 211 503");
        }
        String text = codes.size() == 1 ? explain(codes.get(0)) : compare(codes.get(0), codes.get(1));
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private String explain(String code) {
        if (!code.matches(ENHANCED_STATUS)) {
            return ReplyExplainer.explain(page(code));
        }
        String text = ReplyExplainer.explainEnhanced(code);
        if (text == null) {
            throw error("no reply of Posthaste has the enhanced status code " + code);
        }
        return text;
    }

    private String compare(String first, String second) {
        if (first.equals(second)) {
            throw error("two different reply codes are needed for a comparison, not " + first + " twice");
        }
        return ReplyExplainer.compare(page(first), page(second));
    }

    private CodePage page(String code) {
        CodePage page = code.matches("[2-5]\\d\\d") ? ReplyCatalogue.page(Integer.parseInt(code)) : null;
        if (page == null) {
            throw error("'" + printable(code) + "' is no reply code of Posthaste; known are " + knownCodes());
        }
        return page;
    }

    private CommandLine.ParameterException error(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }

    private static String knownCodes() {
        return ReplyCatalogue.pages().stream()
                .map(page -> Integer.toString(page.code()))
                .collect(Collectors.joining(", "));
    }

    /** Keeps the message on one line, whatever was typed. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
