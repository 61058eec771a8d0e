package io.posthaste.policy;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password that cannot be read back: {@code {PBKDF2-SHA512}ITERATIONS$SALT$HASH}, salt and hash in Base64 with a dot for
 * plus and without padding, as OpenLDAP and passlib write it (RFC 8018). Immutable; any thread.
 */
public final class PasswordHash {
    /** What a guess costs, for new hashes. */
    public static final int DEFAULT_ITERATIONS = 210_000;

    private static final int GREATEST_ITERATIONS = 10_000_000;
    private static final int SALT_OCTETS = 16;
    private static final int BITS_PER_OCTET = 8;
    private static final Pattern FORM =
            Pattern.compile("\\{PBKDF2-SHA(256|512)}([1-9][0-9]{0,7})\\$([A-Za-z0-9./]+)\\$([A-Za-z0-9./]+)");

    private final int shaBits;
    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(final int shaBits, final int iterations, final byte[] salt, final byte[] hash) {
        this.shaBits = shaBits;
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    /** Hashes a new password with SHA-512 and a salt of its own; the password is left as it is. */
    public static PasswordHash of(final char[] password, final int iterations) {
        final byte[] salt = new byte[SALT_OCTETS];
        new SecureRandom().nextBytes(salt);
        return new PasswordHash(512, iterations, salt, derive(password, 512, iterations, salt));
    }

    /** @throws IllegalArgumentException with a message for the operator, which does not repeat the text */
    public static PasswordHash parse(final String text) {
        final Matcher matcher = FORM.matcher(text);
        try {
            if (matcher.matches() && Integer.parseInt(matcher.group(2)) <= GREATEST_ITERATIONS) {
                final int shaBits = Integer.parseInt(matcher.group(1));
                final byte[] hash = decode(matcher.group(4));
                if (hash.length == shaBits / BITS_PER_OCTET) {
                    return new PasswordHash(
                            shaBits, Integer.parseInt(matcher.group(2)), decode(matcher.group(3)), hash);
                }
            }
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(malformed(), e);
        }
        throw new IllegalArgumentException(malformed());
    }

    private static String malformed() {
        return "not a password hash: posthaste hash-password USER makes the line";
    }

    /** Whether this is the password. Takes long, by intent; equally long for every answer. */
    public boolean matches(final char[] password) {
        final byte[] derived = derive(password, shaBits, iterations, salt);
        final boolean isSame = MessageDigest.isEqual(hash, derived);
        Arrays.fill(derived, (byte) 0);
        return isSame;
    }

    int iterations() {
        return iterations;
    }

    /** A hash that takes as long as this one and that no password has, as far as anybody knows. */
    PasswordHash decoy() {
        final byte[] otherSalt = new byte[salt.length];
        final byte[] otherHash = new byte[hash.length];
        final SecureRandom random = new SecureRandom();
        random.nextBytes(otherSalt);
        random.nextBytes(otherHash);
        return new PasswordHash(shaBits, iterations, otherSalt, otherHash);
    }

    /** As in the file. */
    @Override
    public String toString() {
        return "{PBKDF2-SHA" + shaBits + "}" + iterations + "$" + encode(salt) + "$" + encode(hash);
    }

    private static byte[] derive(final char[] password, final int shaBits, final int iterations, final byte[] salt) {
        final PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, shaBits);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA" + shaBits)
                    .generateSecret(spec)
                    .getEncoded();
        } catch (final InvalidKeySpecException e) {
            throw new IllegalArgumentException(e);
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no PBKDF2", e);
        } finally {
            spec.clearPassword();
        }
    }

    private static String encode(final byte[] octets) {
        return Base64.getEncoder().withoutPadding().encodeToString(octets).replace('+', '.');
    }

    private static byte[] decode(final String text) {
        return Base64.getDecoder().decode(text.replace('.', '+'));
    }
}
