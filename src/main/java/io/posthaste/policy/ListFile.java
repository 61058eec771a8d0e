package io.posthaste.policy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A text file with an entry on each line. Empty lines, and what stands behind a # with white space before it, say nothing. */
final class ListFile {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private ListFile() {}

    /**
     * Reads all entries.
     *
     * @param entry takes one; what it throws is told with the number of the line
     * @throws IllegalArgumentException the file cannot be read, or an entry is wrong; the message is for the operator
     */
    static void read(final Path file, final Consumer<String> entry) {
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String line;
            while ((line = lines.readLine()) != null) {
                number++;
                final String text = withoutComment(number == 1 ? withoutByteOrderMark(line) : line);
                if (!text.isEmpty()) {
                    entry.accept(text);
                }
            }
        } catch (final NoSuchFileException e) {
            throw new IllegalArgumentException("there is no file " + file, e);
        } catch (final CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not UTF-8, behind line " + number, e);
        } catch (final IOException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ", line " + number + ": " + e.getMessage(), e);
        }
    }

    private static String withoutComment(final String line) {
        int end = 0;
        while (end < line.length() && !isComment(line, end)) {
            end++;
        }
        return line.substring(0, end).strip();
    }

    private static String withoutByteOrderMark(final String line) {
        return !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK ? line.substring(1) : line;
    }

    /** A # within an address is one of its letters. */
    private static boolean isComment(final String line, final int index) {
        return line.charAt(index) == '#' && (index == 0 || Character.isWhitespace(line.charAt(index - 1)));
    }
}
