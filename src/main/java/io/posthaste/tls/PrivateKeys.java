package io.posthaste.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Private keys out of PEM: PKCS#8, plain or encrypted (RFC 5958, RFC 8018), PKCS#1 (RFC 8017) and SEC 1 (RFC 5915). */
final class PrivateKeys {
    private static final byte[] CHALLENGE = {1, 2, 3, 4, 5, 6, 7, 8};

    private PrivateKeys() {}

    /**
     * The first key of a file.
     *
     * @param publicKey of the certificate that it has to match
     * @param password of an encrypted key, null when there is none; asked for only when it is needed
     * @throws IllegalArgumentException there is no such key; the message is for the operator
     */
    static PrivateKey read(final PemFile file, final PublicKey publicKey, final Supplier<char[]> password) {
        for (final PemFile.Block block : file.blocks()) {
            if (block.label().endsWith("PRIVATE KEY")) {
                return requireMatch(read(file, block, publicKey, password), publicKey, file);
            }
        }
        throw new IllegalArgumentException(file.path() + " holds no private key in PEM");
    }

    private static PrivateKey read(
            final PemFile file, final PemFile.Block block, final PublicKey publicKey, final Supplier<char[]> password) {
        if (block.isEncryptedTheOldWay()) {
            throw new IllegalArgumentException(file.path()
                    + " is encrypted in a way that is no standard: convert it with 'openssl pkcs8 -topk8 -in "
                    + file.path().getFileName() + "'");
        }
        try {
            final KeySpec spec = switch (block.label()) {
                case "PRIVATE KEY" -> new PKCS8EncodedKeySpec(block.octets());
                case "ENCRYPTED PRIVATE KEY" -> decrypt(file, block.octets(), password.get());
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> asPkcs8(block.octets(), publicKey);
                default ->
                    throw new IllegalArgumentException(file.path() + " holds a " + block.label()
                            + ", which is not known: PKCS#8, RSA and EC private keys are");
            };
            return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(spec);
        } catch (final InvalidKeySpecException e) {
            throw mismatch(file);
        } catch (final GeneralSecurityException e) {
            throw new IllegalArgumentException("cannot use the key in " + file.path() + ": " + e.getMessage(), e);
        }
    }

    /** PKCS#8 is the algorithm with its parameters, which the certificate has too, and the key in the older form. */
    private static KeySpec asPkcs8(final byte[] key, final PublicKey publicKey) {
        return new PKCS8EncodedKeySpec(Der.element(
                Der.SEQUENCE,
                Der.integer(BigInteger.ZERO),
                Der.firstWithin(publicKey.getEncoded()),
                Der.element(Der.OCTET_STRING, key)));
    }

    private static KeySpec decrypt(final PemFile file, final byte[] octets, final char[] password)
            throws GeneralSecurityException {
        if (password == null) {
            throw new IllegalArgumentException(
                    "the key in " + file.path() + " is encrypted: name a file with its password");
        }
        final PBEKeySpec passwordSpec = new PBEKeySpec(password);
        try {
            final EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(octets);
            // The name of PBES2 does not say which one: its parameters do.
            final String algorithm = String.valueOf(info.getAlgParameters());
            final Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(passwordSpec),
                    info.getAlgParameters());
            return info.getKeySpec(cipher);
        } catch (final IOException e) {
            throw new IllegalArgumentException("the key in " + file.path() + " is damaged: " + e.getMessage(), e);
        } catch (final InvalidKeySpecException e) {
            throw new IllegalArgumentException("the password of the key in " + file.path() + " is wrong");
        } finally {
            passwordSpec.clearPassword();
        }
    }

    private static PrivateKey requireMatch(final PrivateKey key, final PublicKey publicKey, final PemFile file) {
        try {
            if (!isMatch(key, publicKey)) {
                throw mismatch(file);
            }
            return key;
        } catch (final GeneralSecurityException e) {
            throw mismatch(file);
        }
    }

    private static boolean isMatch(final PrivateKey key, final PublicKey publicKey) throws GeneralSecurityException {
        if (key instanceof RSAKey rsaKey && publicKey instanceof RSAKey rsaPublicKey) {
            return rsaKey.getModulus().equals(rsaPublicKey.getModulus());
        }
        final Signature signature =
                Signature.getInstance(publicKey.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "EdDSA");
        signature.initSign(key);
        signature.update(CHALLENGE);
        final byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(CHALLENGE);
        return signature.verify(signed);
    }

    private static IllegalArgumentException mismatch(final PemFile file) {
        return new IllegalArgumentException("the key in " + file.path() + " does not belong to the certificate");
    }
}
