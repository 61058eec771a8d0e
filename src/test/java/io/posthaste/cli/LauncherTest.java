package io.posthaste.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher and its archive of classes, in an installation of the classes under test. */
@Timeout(240)
class LauncherTest {
    private static final String PREPARING = "posthaste: preparing faster starts, this happens once ...\n";
    private static final String VERSION = "posthaste 1.2.3\n";
    private static final int PATIENCE_S = 100;

    @TempDir
    private static Path shared;

    private static Path prepared;
    private static Result first;

    /** What a start left: its exit code and what it wrote. */
    private record Result(int exitCode, String out, String errors) {}

    @BeforeAll
    static void prepare() throws Exception {
        prepared = install(shared.resolve("prepared"), name -> true);
        first = start(prepared);
    }

    @Test
    void shouldMakeTheArchiveOnceAndUseIt() throws Exception {
        assertEquals(new Result(0, VERSION, PREPARING), first);
        assertEquals(new Result(0, VERSION, ""), start(prepared));
        assertTrue(isArchiveUsed(prepared));
        archive(prepared);
    }

    @Test
    void shouldStartWithAnArchiveThatIsDamaged() throws Exception {
        final byte[] whole = Files.readAllBytes(archive(prepared));
        final byte[] garbage = new byte[4096];
        final byte[] half = Arrays.copyOf(whole, whole.length / 2);
        for (final byte[] damaged : List.of(garbage, half)) {
            replace(archive(prepared), damaged);
            assertEquals(new Result(0, VERSION, ""), start(prepared));
            assertFalse(isArchiveUsed(prepared));
        }
        replace(archive(prepared), whole);
        assertTrue(isArchiveUsed(prepared));
    }

    @Test
    void shouldStartWithAnArchiveOfAnotherVirtualMachine() throws Exception {
        final byte[] whole = Files.readAllBytes(archive(prepared));
        final byte[] name = System.getProperty("java.vm.name").getBytes(StandardCharsets.US_ASCII);
        final byte[] foreign = whole.clone();
        foreign[indexOf(foreign, name)] ^= 1;
        replace(archive(prepared), foreign);
        assertEquals(new Result(0, VERSION, ""), start(prepared));
        assertFalse(isArchiveUsed(prepared));
        replace(archive(prepared), whole);
    }

    @Test
    void shouldMakeNoneInAReadOnlyInstallation(@TempDir final Path directory) throws Exception {
        final Path home = install(directory.resolve("home"), name -> true);
        final Path target = home.resolve("src/target");
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assumeFalse(Files.isWritable(target), "this user may write everywhere");
            assertEquals(new Result(0, VERSION, ""), start(home));
            assertEquals(List.of(), archives(home));
        } finally {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void shouldBearTwoFirstStartsAtOnce(@TempDir final Path directory) throws Exception {
        final Path home = install(directory.resolve("home"), name -> true);
        final Start one = begin(home, "");
        final Start other = begin(home, "");
        assertEquals(VERSION, one.result().out());
        assertEquals(VERSION, other.result().out());
        archive(home);
        assertTrue(isArchiveUsed(home));
    }

    /** Those of other Javas for the same jar stay, as long as they are few. */
    @Test
    void shouldForgetOldArchivesWhenItMakesANewOne(@TempDir final Path directory) throws Exception {
        final Path home = install(directory.resolve("home"), name -> true);
        final Path target = home.resolve("src/target");
        final Path jar = target.resolve("posthaste-server-1.2.3-all.jar");
        final long jarMs = Files.getLastModifiedTime(jar).toMillis();
        Files.setLastModifiedTime(jar, FileTime.fromMillis(jarMs - 100_000));
        for (final String source : List.of("pom.xml", "src/pom.xml", "src/main")) {
            Files.setLastModifiedTime(home.resolve(source), FileTime.fromMillis(jarMs - 200_000));
        }
        final Path before = Files.createFile(target.resolve("posthaste-server-1.2.3-1.jsa"));
        Files.setLastModifiedTime(before, FileTime.fromMillis(jarMs - 150_000));
        for (int i = 2; i <= 6; i++) {
            final Path other = Files.createFile(target.resolve("posthaste-server-1.2.3-" + i + ".jsa"));
            Files.setLastModifiedTime(other, FileTime.fromMillis(jarMs - 90_000 + 1000L * i));
        }
        assertEquals(new Result(0, VERSION, PREPARING), start(home));
        final List<Path> left = archives(home);
        assertEquals(4, left.size(), left::toString);
        for (int i = 4; i <= 6; i++) {
            assertTrue(left.contains(target.resolve("posthaste-server-1.2.3-" + i + ".jsa")), left::toString);
        }
        assertTrue(isArchiveUsed(home));
    }

    @Test
    void shouldStartWhereNoArchiveCanBeMadeAndNotTryAgain(@TempDir final Path directory) throws Exception {
        final Path home = install(directory.resolve("home"), name -> !name.contains("Rehearsal"));
        assertEquals(new Result(0, VERSION, PREPARING), start(home));
        assertEquals(new Result(0, VERSION, ""), start(home));
        assertEquals(0, Files.size(archive(home)));
    }

    // ---- an installation

    /** A built one, with those of our classes whose names are wanted. */
    private static Path install(final Path home, final Predicate<String> wanted) throws IOException {
        Files.createDirectories(home.resolve("src/main"));
        Files.createDirectories(home.resolve("src/target"));
        Files.createFile(home.resolve("pom.xml"));
        Files.createFile(home.resolve("src/pom.xml"));
        Files.copy(launcher(), home.resolve("posthaste"), StandardCopyOption.COPY_ATTRIBUTES);
        final List<String> path = List.of(System.getProperty("java.class.path").split(File.pathSeparator));
        final Manifest manifest = new Manifest();
        final Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, Main.class.getName());
        attributes.put(Attributes.Name.IMPLEMENTATION_VERSION, "1.2.3");
        attributes.put(
                Attributes.Name.CLASS_PATH,
                path.stream()
                        .filter(each -> each.endsWith(".jar"))
                        .map(each -> Path.of(each).toUri().toString())
                        .collect(Collectors.joining(" ")));
        final Path jar = home.resolve("src/target/posthaste-server-1.2.3-all.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            addClasses(
                    Path.of(Main.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .getPath()),
                    wanted,
                    out);
        }
        return home;
    }

    private static void addClasses(final Path classes, final Predicate<String> wanted, final JarOutputStream out)
            throws IOException {
        final List<Path> files;
        try (Stream<Path> all = Files.walk(classes)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (final Path file : files) {
            final String name = classes.relativize(file).toString();
            if (wanted.test(name)) {
                out.putNextEntry(new JarEntry(name));
                Files.copy(file, (OutputStream) out);
                out.closeEntry();
            }
        }
    }

    /** It lies beside the modules; tests run in one of them, or above. */
    private static Path launcher() {
        final Path here = Path.of("posthaste").toAbsolutePath();
        return Files.isRegularFile(here) ? here : Path.of("..", "posthaste");
    }

    // ---- its starts

    private static Result start(final Path home) throws Exception {
        return begin(home, "").result();
    }

    private static boolean isArchiveUsed(final Path home) throws Exception {
        return begin(home, "-Xlog:class+load")
                .result()
                .out()
                .lines()
                .anyMatch(line -> line.contains(Main.class.getName() + " source: shared objects file"));
    }

    /** A start under way, and where its errors go. */
    private record Start(Process process, Path errors) {
        Result result() throws Exception {
            final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(PATIENCE_S, TimeUnit.SECONDS));
            return new Result(process.exitValue(), out, Files.readString(errors));
        }
    }

    private static Start begin(final Path home, final String options) throws IOException {
        final Path errors = Files.createTempFile(home, "start", ".errors");
        final ProcessBuilder builder =
                new ProcessBuilder(home.resolve("posthaste").toString(), "--version").directory(home.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("POSTHASTE_") || name.startsWith("JAVA_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("POSTHASTE_JAVA_OPTS", options);
        builder.redirectError(errors.toFile());
        return new Start(builder.start(), errors);
    }

    // ---- its archives

    /** The only one, and nothing half made beside it. */
    private static Path archive(final Path home) throws IOException {
        final List<Path> all = archives(home);
        assertEquals(1, all.size(), all::toString);
        return all.get(0);
    }

    private static List<Path> archives(final Path home) throws IOException {
        try (Stream<Path> all = Files.list(home.resolve("src/target"))) {
            return new ArrayList<>(
                    all.filter(file -> file.toString().contains(".jsa")).toList());
        }
    }

    private static void replace(final Path archive, final byte[] content) throws IOException {
        Files.delete(archive);
        Files.write(archive, content);
    }

    private static int indexOf(final byte[] octets, final byte[] part) {
        for (int i = 0; i <= octets.length - part.length; i++) {
            if (Arrays.equals(octets, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not in the archive: " + new String(part, StandardCharsets.US_ASCII));
    }
}
