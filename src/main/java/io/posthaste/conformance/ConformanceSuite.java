package io.posthaste.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * All cases, in the order of their files. Immutable.
 *
 * <p>The resource {@code suite} beside this class names the files; the first of them defines the prologues.
 */
public final class ConformanceSuite {
    private static final String INDEX = "suite";
    private static final String SUFFIX = ".cases";

    private final List<ConformanceCase> cases;

    private ConformanceSuite(final List<ConformanceCase> cases) {
        this.cases = List.copyOf(cases);
    }

    /**
     * Reads the suite that is part of this program.
     *
     * @throws SuiteFormatException a file does not keep to the format
     */
    public static ConformanceSuite load() {
        final SuiteParser parser = new SuiteParser();
        final List<ConformanceCase> cases = new ArrayList<>();
        for (final String name : resource(INDEX).lines().toList()) {
            if (!name.isBlank()) {
                cases.addAll(parser.parse(name + SUFFIX, resource(name + SUFFIX)));
            }
        }
        return new ConformanceSuite(cases);
    }

    public List<ConformanceCase> cases() {
        return cases;
    }

    /** The groups, in the order of their files. */
    public List<String> groups() {
        return cases.stream().map(ConformanceCase::group).distinct().toList();
    }

    private static String resource(final String name) {
        try (InputStream in = ConformanceSuite.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
