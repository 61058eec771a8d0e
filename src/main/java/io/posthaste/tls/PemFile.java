package io.posthaste.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of PEM blocks (RFC 7468). What stands between the blocks is ignored.
 *
 * @param path for messages to the operator
 */
record PemFile(Path path, List<Block> blocks) {
    /** Larger is no certificate and no key. */
    private static final long GREATEST_OCTETS = 1 << 20;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");
    private static final Pattern WHITE = Pattern.compile("\\s+");
    private static final String OLD_ENCRYPTION = "Proc-Type: 4,ENCRYPTED";

    /**
     * One block.
     *
     * @param label such as {@code CERTIFICATE}
     * @param octets what it encodes; empty when it is encrypted in the old way of OpenSSL
     */
    record Block(String label, byte[] octets) {
        boolean isEncryptedTheOldWay() {
            return octets.length == 0;
        }
    }

    /** @throws IllegalArgumentException the file cannot be read or is damaged; the message is for the operator */
    static PemFile read(final Path path) {
        final List<Block> blocks = new ArrayList<>();
        final String text = text(path);
        final Matcher matcher = BLOCK.matcher(text);
        int end = 0;
        while (matcher.find()) {
            end = matcher.end();
            try {
                blocks.add(new Block(matcher.group(1), decode(matcher.group(2))));
            } catch (final IllegalArgumentException e) {
                throw new IllegalArgumentException(path + ": a " + matcher.group(1) + " is damaged: it is no base64");
            }
        }
        final Matcher begun = BEGIN.matcher(text);
        if (begun.find(end)) {
            throw new IllegalArgumentException(path + ": a " + begun.group(1) + " has no end: the file is not whole");
        }
        return new PemFile(path, blocks);
    }

    /** All blocks with this label, in their order. */
    List<byte[]> all(final String label) {
        return blocks.stream()
                .filter(block -> block.label().equals(label))
                .map(Block::octets)
                .toList();
    }

    private static byte[] decode(final String body) {
        return body.contains(OLD_ENCRYPTION)
                ? new byte[0]
                : Base64.getDecoder().decode(WHITE.matcher(body).replaceAll(""));
    }

    private static String text(final Path path) {
        try {
            if (Files.size(path) > GREATEST_OCTETS) {
                throw new IllegalArgumentException(path + " is too large for a certificate or a key");
            }
            return Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (final NoSuchFileException e) {
            throw new IllegalArgumentException(path + " does not exist");
        } catch (final IOException e) {
            throw new IllegalArgumentException("cannot read " + path + ": " + e, e);
        }
    }
}
