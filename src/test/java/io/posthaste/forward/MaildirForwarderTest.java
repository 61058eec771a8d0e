package io.posthaste.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.forward.ForwardCounters.Count;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MaildirForwarderTest {
    @TempDir
    private Path temporary;

    private ForwardingFixture spool;
    private Path maildir;

    @BeforeEach
    void open() throws IOException {
        spool = new ForwardingFixture(temporary.resolve("spool"));
        maildir = temporary.resolve("mail");
    }

    @AfterEach
    void close() throws IOException {
        spool.close();
    }

    private List<String> contents() throws IOException {
        try (Stream<Path> files = Files.list(maildir.resolve("new"))) {
            final List<String> contents = new java.util.ArrayList<>();
            for (final Path file : files.sorted().toList()) {
                contents.add(Files.readString(file));
            }
            return contents;
        }
    }

    @Test
    void shouldWriteOneFileForEachMessage() throws IOException {
        spool.storesFor("Subject: 1\r\n\r\ntext\r\n", "a@x.example", "b@x.example");
        spool.stores("Subject: 2\r\n\r\n" + "x".repeat(150_000).substring(0, 30_000));
        spool.forwards(new MaildirForwarder(maildir, "mx.example"));
        spool.works();
        final List<String> contents = contents();
        assertEquals(2, contents.size());
        assertTrue(contents.get(0)
                .startsWith("Return-Path: <a@b.example>\r\n"
                        + "X-Original-To: a@x.example\r\nDelivered-To: a@x.example\r\n"
                        + "X-Original-To: b@x.example\r\nDelivered-To: b@x.example\r\nReceived: from client.example"));
        assertTrue(contents.get(0).endsWith("\r\nSubject: 1\r\n\r\ntext\r\n"));
        assertTrue(contents.get(1).endsWith("x".repeat(30_000)));
        assertEquals(0, spool.count(Count.BACKLOG));
        spool.ends();
    }

    @Test
    void shouldForwardMoreThanAWindow() throws IOException {
        for (int i = 0; i < 200; i++) {
            spool.stores("Subject: " + i + "\r\n\r\n");
        }
        spool.forwards(new MaildirForwarder(maildir, "mx.example"));
        spool.works();
        assertEquals(200, contents().size());
    }

    @Test
    void shouldReplaceAMessageThatIsForwardedAgain() throws IOException {
        spool.stores("Subject: 1\r\n\r\n");
        spool.forwards(new MaildirForwarder(maildir, "mx.example"));
        spool.works();
        spool.ends();
        final Path journal =
                spool.directory.resolve(CursorJournal.fileName(new MaildirForwarder(maildir, "mx.example").identity()));
        Files.delete(journal);
        // A crash in the middle leaves its name in tmp, too.
        try (Stream<Path> files = Files.list(maildir.resolve("new"))) {
            final Path file = files.findFirst().orElseThrow();
            Files.writeString(maildir.resolve("tmp").resolve(file.getFileName()), "half");
        }
        spool.forwards(new MaildirForwarder(maildir, "mx.example"));
        spool.works();
        assertEquals(1, contents().size());
        assertEquals(1, spool.count(Count.DELIVERED));
    }

    @Test
    void shouldPauseWhileTheMaildirCannotBeWritten() throws IOException {
        spool.forwards(new MaildirForwarder(maildir, "mx.example"));
        final Path away = temporary.resolve("away");
        Files.move(maildir, away);
        spool.stores("Subject: 1\r\n\r\n");
        spool.works();
        assertEquals(1, spool.count(Count.AWAY));
        Files.move(away, maildir);
        spool.waits(2_000);
        assertEquals(0, spool.count(Count.AWAY));
        assertEquals(1, contents().size());
    }

    @Test
    void shouldRefuseADirectoryThatIsNone() throws IOException {
        Files.writeString(maildir, "a file");
        assertThrows(IOException.class, () -> new MaildirForwarder(maildir, "mx.example"));
        assertFalse(Files.isDirectory(maildir));
    }
}
