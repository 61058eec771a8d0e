package io.posthaste;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may use whom: the table of {@code docs/architecture.md}. Plain tests, so that a rule that runs is seen to run. */
final class ArchitectureTest {
    private static final String BASE = "io.posthaste";

    /** Each package with the packages of ours it may use; arrows go up this list only. */
    private static final Map<String, Set<String>> MAY_USE = new TreeMap<>(Map.ofEntries(
            Map.entry("wire", Set.of()),
            Map.entry("reply", Set.of()),
            Map.entry("memory", Set.of()),
            Map.entry("metrics", Set.of()),
            Map.entry("policy", Set.of("wire", "reply", "envelope")),
            Map.entry("dnsbl", Set.of("policy", "reply")),
            Map.entry("envelope", Set.of("memory")),
            Map.entry("session", Set.of("wire", "reply", "policy", "memory", "envelope", "metrics")),
            Map.entry("tls", Set.of("memory", "metrics")),
            Map.entry("reactor", Set.of("wire", "reply", "policy", "memory", "envelope", "metrics", "session", "tls")),
            Map.entry("delivery", Set.of("envelope", "memory", "metrics")),
            Map.entry("forward", Set.of("delivery", "envelope", "memory", "metrics")),
            Map.entry("relay", Set.of("wire", "reply", "memory", "envelope", "tls", "delivery", "forward")),
            Map.entry(
                    "server",
                    Set.of(
                            "wire",
                            "reply",
                            "policy",
                            "memory",
                            "envelope",
                            "metrics",
                            "session",
                            "tls",
                            "reactor",
                            "dnsbl",
                            "delivery",
                            "forward",
                            "relay")),
            // Limits are configuration: their defaults and ranges are told by the command line.
            // Judges any server, so it shares nothing with ours.
            Map.entry("conformance", Set.of()),
            Map.entry("monitor", Set.of("server", "metrics", "delivery")),
            Map.entry(
                    "cli",
                    Set.of(
                            "server",
                            "monitor",
                            "reply",
                            "policy",
                            "dnsbl",
                            "tls",
                            "delivery",
                            "forward",
                            "conformance"))));

    /** Who may use which library, by the prefix of its packages. */
    private static final Map<String, Set<String>> LIBRARY_USERS = new TreeMap<>(Map.of(
            "org.jctools..", Set.of("envelope", "delivery", "reactor", "server"),
            "org.HdrHistogram..", Set.of("metrics", "server", "delivery", "monitor"),
            "io.prometheus..", Set.of("monitor"),
            "com.sun.net.httpserver..", Set.of("monitor"),
            "com.grack.nanojson..", Set.of("cli"),
            "io.netty..", Set.of("tls.boringssl"),
            "org.apache.kafka..", Set.of("forward.kafka"),
            "picocli..", Set.of("cli")));

    private static final JavaClasses CLASSES = importClasses();

    @Test
    void shouldUseOnlyThePackagesOfTheTable() {
        MAY_USE.forEach((user, used) -> usesOnly(user, used).check(CLASSES));
    }

    @Test
    void shouldKnowEveryPackage() {
        final Set<String> present = new TreeSet<>();
        for (final JavaClass one : CLASSES) {
            present.add(one.getPackageName().substring(BASE.length() + 1).split("\\.")[0]);
        }
        assertEquals(new TreeSet<>(MAY_USE.keySet()), present);
    }

    @Test
    void shouldHaveNoCycles() {
        slices().matching(BASE + ".(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(false)
                .check(CLASSES);
    }

    @Test
    void shouldKeepDeliveriesFromSeeingEachOther() {
        slices().matching(BASE + ".delivery.(*)..")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(false)
                .check(CLASSES);
    }

    @Test
    void shouldUseLibrariesWhereTheyBelong() {
        LIBRARY_USERS.forEach((library, users) -> noClasses()
                .that(not(resideInAnyPackage(packages(users))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .allowEmptyShould(false)
                .check(CLASSES));
    }

    /** Its library is optional: whoever named it could not be loaded where it is missing. */
    @Test
    void shouldFindBoringSslByServiceOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".tls.boringssl..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BASE + ".tls.boringssl..")
                .allowEmptyShould(false)
                .check(CLASSES);
    }

    /** As with BoringSSL; and what is asked for a URI must load without it. */
    @Test
    void shouldFindKafkaByServiceOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage(BASE + ".forward.kafka..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BASE + ".forward.kafka..")
                .allowEmptyShould(false)
                .check(CLASSES);
        noClasses()
                .that()
                .haveNameMatching(".*[.]forward[.]kafka[.](KafkaProvider|KafkaSettings|KeyChoice)")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .allowEmptyShould(false)
                .check(CLASSES);
    }

    @Test
    void shouldTouchSelectorsAndSocketsWhereTheyBelongOnly() {
        socketsOnlyIn("reactor", "server", "dnsbl", "relay").check(CLASSES);
    }

    // ---- the rules themselves

    @Test
    void shouldLookAtAllClasses() {
        assertTrue(CLASSES.size() > 100, () -> "classes: " + CLASSES.size());
        MAY_USE.keySet()
                .forEach(user -> assertTrue(
                        CLASSES.stream().anyMatch(resideInAnyPackage(packages(Set.of(user)))), "no class in " + user));
    }

    @Test
    void shouldNoticeWhatIsNotAllowed() {
        assertThrows(
                AssertionError.class, () -> usesOnly("session", Set.of("wire")).check(CLASSES));
        assertThrows(AssertionError.class, () -> usesOnly("envelope", Set.of()).check(CLASSES));
        assertThrows(AssertionError.class, () -> usesOnly("nowhere", Set.of()).check(CLASSES), "an empty rule");
        assertThrows(AssertionError.class, () -> socketsOnlyIn("server").check(CLASSES));
        assertThrows(
                AssertionError.class,
                () -> slices().matching(BASE + ".(*)..")
                        .should()
                        .notDependOnEachOther()
                        .check(CLASSES));
    }

    private static JavaClasses importClasses() {
        // Names of foreign classes are all the rules need.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(BASE);
    }

    private static ArchRule usesOnly(final String user, final Set<String> used) {
        final List<String> forbidden = new ArrayList<>(MAY_USE.keySet());
        forbidden.removeAll(used);
        forbidden.remove(user);
        return noClasses()
                .that()
                .resideInAPackage(BASE + "." + user + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages(forbidden))
                .allowEmptyShould(false);
    }

    private static ArchRule socketsOnlyIn(final String... users) {
        return classes()
                .that(not(resideInAnyPackage(packages(Arrays.asList(users)))))
                .should()
                .onlyDependOnClassesThat()
                .haveNameNotMatching("java[.]nio[.]channels[.](Select|ServerSocket|Socket|Datagram).*")
                .allowEmptyShould(false);
    }

    private static String[] packages(final java.util.Collection<String> names) {
        return names.stream().map(name -> BASE + "." + name + "..").toArray(String[]::new);
    }
}
