package io.posthaste.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The identities that a {@link TlsConfig} names. At the start all of them must be right. Later each is on its own: one whose
 * files are wrong stays as it was, or is left out if it is new, and is tried again each time, while the others are renewed;
 * one whose certificate is gone goes. The last ones never go: a server that offers TLS has something to show. One thread at
 * a time.
 */
final class Identities {
    private final TlsConfig config;
    /** Whether an engine can do with it; throws IllegalArgumentException if not. */
    private final Consumer<Identity> check;

    private Map<IdentityPair, Version> versions = new LinkedHashMap<>();
    private Map<String, String> faults = Map.of();
    private List<Identity> inForce;

    /**
     * What was read last of a pair.
     *
     * @param identity in force; null when there never was one
     * @param fault what is wrong with the files as they are; null if nothing is
     */
    private record Version(String fingerprint, Identity identity, String fault) {}

    /**
     * What became of a look at the files.
     *
     * @param isChanged whether anything is not as at the look before, in the files or in what is wrong with them
     * @param inForce at least one identity, the default first
     * @param faults what is wrong, whole sentences for the operator by the file or directory they are about
     */
    record Refresh(boolean isChanged, List<Identity> inForce, Map<String, String> faults) {}

    /**
     * Loads them all.
     *
     * @throws IllegalArgumentException something is missing or wrong; the message is for the operator
     */
    Identities(final TlsConfig config, final Consumer<Identity> check) {
        this.config = config;
        this.check = check;
        if (config.selfSigned()) {
            inForce = List.of(SelfSigned.create(config.hostname(), Instant.now()));
            return;
        }
        password();
        IdentityPair.named(config).forEach(this::load);
        IdentityPair.listed(config).forEach(this::load);
        inForce = identities(versions.values());
        if (inForce.isEmpty()) {
            throw new IllegalArgumentException(config.directory() + " holds no certificate: NAME.crt with NAME.key");
        }
    }

    private void load(final IdentityPair pair) {
        final String fingerprint = fingerprint(pair);
        versions.put(pair, new Version(fingerprint, pair.load(this::password), null));
    }

    /** As the constructor, for what is not looked at again. */
    static List<Identity> load(final TlsConfig config) {
        return new Identities(config, identity -> {}).inForce();
    }

    /** At least one, the default first. */
    List<Identity> inForce() {
        return inForce;
    }

    /**
     * Looks at the files.
     *
     * @param all whether those are read that have not changed, too
     */
    Refresh refresh(final boolean all) {
        if (config.selfSigned()) {
            return new Refresh(false, inForce, Map.of());
        }
        final Map<IdentityPair, Version> next = new LinkedHashMap<>();
        final Map<String, String> wrong = new LinkedHashMap<>();
        IdentityPair.named(config).forEach(pair -> next.put(pair, refreshed(pair, all)));
        try {
            IdentityPair.listed(config).forEach(pair -> next.put(pair, refreshed(pair, all)));
        } catch (final IllegalArgumentException e) {
            wrong.put(config.directory().toString(), e.getMessage() + "; its certificates before stay in force");
            versions.forEach(next::putIfAbsent);
        }
        next.forEach((pair, version) -> {
            if (version.fault() != null) {
                wrong.put(pair.source(), sentence(pair, version));
            }
        });
        final List<Identity> identities = identities(next.values());
        if (identities.isEmpty()) {
            wrong.putIfAbsent(
                    config.directory().toString(),
                    config.directory() + " holds no certificate any more; the last ones stay in force");
        } else {
            inForce = identities;
        }
        final boolean isChanged = !next.equals(versions) || !wrong.equals(faults);
        versions = next;
        faults = Map.copyOf(wrong);
        return new Refresh(isChanged, inForce, wrong);
    }

    /** The files that hold a key, or the password of one. */
    List<Path> secretFiles() {
        final List<Path> files = new ArrayList<>();
        versions.keySet().forEach(pair -> files.add(pair.key()));
        if (config.passwordFile() != null) {
            files.add(config.passwordFile());
        }
        return files;
    }

    private Version refreshed(final IdentityPair pair, final boolean all) {
        final Version before = versions.get(pair);
        // Taken before the files are read: what is written meanwhile is seen by the next look.
        final String fingerprint = fingerprint(pair);
        if (!all
                && before != null
                && before.fault() == null
                && before.fingerprint().equals(fingerprint)) {
            return before;
        }
        try {
            final Identity identity = pair.load(this::password);
            check.accept(identity);
            return new Version(fingerprint, identity, null);
        } catch (final IllegalArgumentException e) {
            return new Version(fingerprint, before == null ? null : before.identity(), e.getMessage());
        }
    }

    private static String sentence(final IdentityPair pair, final Version version) {
        return version.identity() == null
                ? pair.source() + " is left out: " + version.fault()
                : "the new version of " + pair.source() + " is not taken, the one before, valid until "
                        + version.identity().end() + ", stays in force: " + version.fault();
    }

    private static List<Identity> identities(final Collection<Version> versions) {
        return versions.stream().map(Version::identity).filter(Objects::nonNull).toList();
    }

    private String fingerprint(final IdentityPair pair) {
        return config.passwordFile() == null
                ? pair.fingerprint()
                : pair.fingerprint() + ", " + IdentityPair.fingerprint(config.passwordFile());
    }

    /** Of encrypted keys; null when there is none. */
    private char[] password() {
        final Path file = config.passwordFile();
        if (file == null) {
            return null;
        }
        try {
            return Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("")
                    .toCharArray();
        } catch (final IOException e) {
            throw new IllegalArgumentException("cannot read the password in " + file + ": " + e, e);
        }
    }
}
