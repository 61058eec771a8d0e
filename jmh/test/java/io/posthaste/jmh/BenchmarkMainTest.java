package io.posthaste.jmh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.options.CommandLineOptions;

class BenchmarkMainTest {
    @Test
    void shouldFailOnErrorByDefault() throws Exception {
        final CommandLineOptions options = parsed("CommandParse");

        assertTrue(options.shouldFailOnError().get());
        assertEquals("gc", options.getProfilers().get(0).getKlass());
        assertEquals("CommandParse", options.getIncludes().get(0));
    }

    @Test
    void shouldPreferWhatTheCommandLineSays() throws Exception {
        final CommandLineOptions options = parsed("-f", "1", "-foe", "false", "-prof", "stack", "-i", "7", "EndOfData");

        assertEquals(1, options.getForkCount().get());
        assertEquals(7, options.getMeasurementIterations().get());
        assertEquals(false, options.shouldFailOnError().get());
        assertEquals(1, options.getProfilers().size());
    }

    @Test
    void shouldLeaveWrongArgumentsToJmh() {
        final String[] wrong = {"-f", "many"};

        assertArrayEquals(wrong, BenchmarkMain.withDefaults(wrong));
    }

    private static CommandLineOptions parsed(final String... arguments) throws Exception {
        return new CommandLineOptions(BenchmarkMain.withDefaults(arguments));
    }
}
