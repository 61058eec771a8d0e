package io.posthaste.tls.boringssl;

import io.netty.internal.tcnative.Library;
import io.netty.internal.tcnative.SSL;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Loads the native library, once a process. */
final class BoringSslLibrary {
    /** Of netty-handler; in a program that has it, it is to load the library, which must not be there twice. */
    private static final String OTHER_LOADER = "io.netty.handler.ssl.OpenSsl";

    private static boolean loaded;

    private BoringSslLibrary() {}

    /** @throws IllegalStateException it cannot be loaded; the message says why, and what to do */
    static synchronized void load() {
        if (loaded) {
            return;
        }
        if (!isLoadedByNetty()) {
            loadOurselves();
        }
        loaded = true;
    }

    private static boolean isLoadedByNetty() {
        try {
            final Class<?> loader = Class.forName(OTHER_LOADER, true, BoringSslLibrary.class.getClassLoader());
            return Boolean.TRUE.equals(loader.getMethod("isAvailable").invoke(null));
        } catch (final ReflectiveOperationException | LinkageError e) {
            return false;
        }
    }

    private static void loadOurselves() {
        final String name = libraryName(System.getProperty("os.name"), System.getProperty("os.arch"));
        try (InputStream in = BoringSslLibrary.class.getResourceAsStream("/META-INF/native/" + name + ".so")) {
            if (in == null) {
                throw new IllegalStateException("there is no jar with its library for " + System.getProperty("os.name")
                        + " on " + System.getProperty("os.arch")
                        + " in lib-tls beside the runnable jar, or on the class path");
            }
            // JNI finds out by the beginning of this name how to initialize it.
            final Path file = Files.createTempFile(name, ".so");
            try {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                System.load(file.toString());
            } finally {
                Files.delete(file);
            }
            if (!Library.initialize()) {
                throw new IllegalStateException("the library does not initialize");
            }
        } catch (final UnsatisfiedLinkError e) {
            throw new IllegalStateException(
                    "the library does not load from " + System.getProperty("java.io.tmpdir") + ": " + e.getMessage()
                            + "; it needs glibc, and a directory that allows execution (-Djava.io.tmpdir=DIR)",
                    e);
        } catch (final IOException e) {
            throw new IllegalStateException("the library cannot be written for loading: " + e, e);
        } catch (final IllegalStateException e) {
            throw e;
        } catch (final Exception e) {
            throw new IllegalStateException("the library does not initialize: " + e.getMessage(), e);
        }
    }

    /** As the jar has it; without the suffix. */
    static String libraryName(final String os, final String architecture) {
        final String system = os.startsWith("Linux") ? "linux" : os.replace(' ', '_');
        final String machine = switch (architecture) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "aarch_64";
            default -> architecture;
        };
        return "libnetty_tcnative_" + system + "_" + machine;
    }

    /** What was loaded, for the log. */
    static String version() {
        return SSL.versionString();
    }
}
