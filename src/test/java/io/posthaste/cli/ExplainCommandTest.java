package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ExplainCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();

    @Test
    void shouldExplainACode() {
        assertEquals(0, explain("503"));
        assertTrue(out.toString().startsWith("503  Bad sequence of commands\n"), out.toString());
        assertEquals("", errors.toString());
    }

    @Test
    void shouldCompareTwoCodes() {
        assertEquals(0, explain("211", "503"));
        assertTrue(out.toString().startsWith("211 and 503 compared\n"), out.toString());
    }

    @Test
    void shouldExplainAnEnhancedStatus() {
        assertEquals(0, explain("5.5.1"));
        assertTrue(out.toString().contains("503 5.5.1 "), out.toString());
    }

    @Test
    void shouldRefuseAnythingElseInOneLine() {
        List<List<String>> refused = List.of(
                List.of(),
                List.of("999"),
                List.of("299"),
                List.of("5O3"),
                List.of("50\n3"),
                List.of("0503"),
                List.of("\u0665\u0660\u0663"),
                List.of("5.9.9"),
                List.of("503", "5.5.1"),
                List.of("503", "503"),
                List.of("211", "250", "503"));
        for (List<String> codes : refused) {
            errors.getBuffer().setLength(0);
            assertEquals(2, explain(codes.toArray(String[]::new)), codes.toString());
            assertTrue(errors.toString().matches("[^\n]+\n"), errors.toString());
            assertEquals("", out.toString());
        }
    }

    @Test
    void shouldNameWhatIsWrong() {
        explain("999");
        assertTrue(errors.toString().startsWith("'999' is no reply code of Posthaste; known are 211, 214, 220,"));
    }

    private int explain(String... codes) {
        return new CommandLine(new ExplainCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(errors))
                .setParameterExceptionHandler((exception, args) -> {
                    PrintWriter err = exception.getCommandLine().getErr();
                    err.print(exception.getMessage() + "\n");
                    err.flush();
                    return exception.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
                })
                .execute(codes);
    }
}
