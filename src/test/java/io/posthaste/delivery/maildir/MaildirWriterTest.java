package io.posthaste.delivery.maildir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.posthaste.delivery.maildir.FaultyFiles.Call;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever fails, and with whatever: nothing of it is left, and the others of the batch are there. */
final class MaildirWriterTest {
    private static final byte[] FIELDS = "Received: x\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path temporary;

    private final FaultyFiles files = new FaultyFiles();
    private Path maildir;
    private MaildirWriter writer;
    private int count;

    @BeforeEach
    void open() throws IOException {
        maildir = temporary.resolve("mail");
        writer = MaildirWriter.open(maildir, "mx.example", files);
    }

    /** After every fault. */
    @AfterEach
    void shouldHaveRecovered() throws IOException {
        files.heal();
        assertEquals(0, writer.size());
        final int before = in("new").size();
        adds("next");
        assertNull(writer.commit().get(0));
        assertEquals(before + 1, in("new").size());
        assertEquals(List.of(), in("tmp"));
        writer.close();
    }

    private void adds(final String content) throws IOException {
        adds(new ByteArrayInputStream(content.getBytes(StandardCharsets.US_ASCII)), content.length());
    }

    private void adds(final InputStream content, final long octets) throws IOException {
        writer.add(String.format("%022d", ++count), 0, FIELDS, Channels.newChannel(content), octets);
    }

    private List<Path> in(final String name) throws IOException {
        try (Stream<Path> entries = Files.list(maildir.resolve(name))) {
            return entries.sorted().toList();
        }
    }

    private List<String> contents() throws IOException {
        final List<String> contents = new ArrayList<>();
        for (final Path file : in("new")) {
            final String text = Files.readString(file);
            contents.add(text.substring(FIELDS.length));
        }
        return contents;
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"CREATE", "WRITE"})
    void shouldLeaveNothingOfAMessageThatFailsWithAnError(final Call call) throws IOException {
        adds("one");
        final Error failure = new OutOfMemoryError("for a test");
        files.fail(call, 1, failure);
        assertEquals(failure, assertThrows(Error.class, () -> adds("two")));
        files.heal();
        assertEquals(1, writer.size());
        adds("three");
        assertArrayEquals(new Object[] {null, null}, writer.commit().toArray());
        assertEquals(List.of("one", "three"), contents());
        assertEquals(List.of(), in("tmp"));
    }

    @Test
    void shouldLeaveNothingOfAMessageThatCannotBeRead() throws IOException {
        final InputStream broken = new InputStream() {
            @Override
            public int read() {
                throw new IllegalStateException("for a test");
            }
        };
        assertThrows(IllegalStateException.class, () -> adds(broken, 1));
        adds("two");
        assertNull(writer.commit().get(0));
        assertEquals(List.of("two"), contents());
    }

    /** None of the batch is told to be there, and none is. */
    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"SYNC", "MOVE", "SYNC_DIRECTORY"})
    void shouldWithdrawABatchThatFailsWithAnError(final Call call) throws IOException {
        adds("one");
        adds("two");
        final Error failure = new OutOfMemoryError("for a test");
        files.fail(call, call == Call.SYNC_DIRECTORY ? 1 : 2, failure);
        assertEquals(failure, assertThrows(Error.class, writer::commit));
        assertEquals(List.of(), in("new"));
        assertEquals(List.of(), in("tmp"));
    }

    @Test
    void shouldTellWhichOfABatchFailed() throws IOException {
        adds("one");
        adds("two");
        adds("three");
        files.fail(Call.SYNC, 2);
        final List<IOException> failures = writer.commit();
        assertNull(failures.get(0));
        assertNotNull(failures.get(1));
        assertNull(failures.get(2));
        assertEquals(List.of("one", "three"), contents());
    }
}
