package io.posthaste.tls.boringssl;

import io.netty.internal.tcnative.Library;
import io.netty.internal.tcnative.SSL;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the native library, once a process. */
final class BoringSslLibrary {
    /** Of netty-handler; in a program that has it, it is to load the library, which must not be there twice. */
    private static final String OTHER_LOADER = "io.netty.handler.ssl.OpenSsl";

    private static final Logger LOG = LoggerFactory.getLogger(BoringSslLibrary.class);

    private static boolean loaded;
    private static String version;

    private BoringSslLibrary() {}

    /** @throws IllegalStateException it cannot be loaded; the message says why, and what to do */
    static synchronized void load() {
        if (loaded) {
            return;
        }
        if (!isLoadedByNetty()) {
            loadOurselves();
        }
        version = readVersion();
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

    /**
     * What was loaded; null before. Of netty-tcnative, which numbers its releases, and the revision of BoringSSL in it, which has no releases: both as their
     * jars tell them, or else what the library says of itself.
     */
    static synchronized String version() {
        return version;
    }

    private static String readVersion() {
        final String release = SSL.class.getPackage().getImplementationVersion();
        final String revision = revision();
        return (release == null ? SSL.versionString() : "netty-tcnative " + release)
                + (revision == null ? "" : ", revision " + revision);
    }

    /** Of the jar with the library; null where it does not tell. */
    private static String revision() {
        final String name = libraryName(System.getProperty("os.name"), System.getProperty("os.arch"));
        final URL library = BoringSslLibrary.class.getResource("/META-INF/native/" + name + ".so");
        try {
            return library != null
                            && library.openConnection() instanceof JarURLConnection jar
                            && jar.getManifest() != null
                    ? jar.getManifest().getMainAttributes().getValue("BoringSSL-Revision")
                    : null;
        } catch (final IOException e) {
            LOG.debug("the jar of BoringSSL does not tell its revision", e);
            return null;
        }
    }
}
