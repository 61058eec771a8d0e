package io.posthaste.delivery.maildir;

import static io.posthaste.envelope.DeliveryStatus.ACCEPTED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.AcknowledgementLevel;
import io.posthaste.delivery.maildir.FaultyFiles.Call;
import io.posthaste.envelope.Transactions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MaildirDeliveryTest {
    @TempDir
    Path temporary;

    private MaildirFixture mail;

    @BeforeEach
    void open() throws IOException {
        mail = new MaildirFixture(temporary.resolve("var/mail"));
    }

    @Test
    void shouldCreateWhatIsMissingForTheOwnerOnly() throws IOException {
        for (final String part : new String[] {"..", ".", "tmp", "new", "cur"}) {
            final Path directory = mail.directory.resolve(part).normalize();
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
        }
        assertEquals(AcknowledgementLevel.FSYNC, mail.delivery.acknowledgementLevel());
        assertEquals("maildir:" + mail.directory, mail.delivery.description());
    }

    @Test
    void shouldLeaveDirectoriesThatAreThereAsTheyAre() throws IOException {
        final Path shared = mail.directory.resolve("new");
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-x---"));
        MaildirDelivery.open(mail.directory, "mx.example").close();

        assertEquals("rwxr-x---", PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)));
    }

    @Test
    void shouldRefuseADirectoryThatIsAFile() throws IOException {
        final Path file = Files.createFile(temporary.resolve("file"));
        assertThrows(IOException.class, () -> MaildirDelivery.open(file, "mx.example"));
    }

    @Test
    void shouldStoreAMessageOctetForOctet() throws IOException {
        mail.offers("Subject: hello\r\n\r\n.one dot\r\n");
        assertEquals(List.of(ACCEPTED), mail.answers());

        final Path file = mail.in("new").get(0);
        assertEquals(
                "1795328194.0000000000000000000001.mx.example",
                file.getFileName().toString());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("""
                Return-Path: <a@b.example>
                X-Original-To: c@d.example
                Delivered-To: c@d.example
                Received: from client.example ([192.0.2.7])
                \tby mx.example (Posthaste) with ESMTP id 0000000000000000000001
                \tfor <c@d.example>; Sun, 22 Nov 2026 06:16:34 +0000
                Subject: hello

                .one dot
                """.replace("\n", "\r\n"), Transactions.text(Files.readAllBytes(file)));
        assertEquals(List.of(), mail.in("tmp"));
        assertEquals(List.of(), mail.in("cur"));
    }

    @Test
    void shouldStoreEveryOctetValueAndLongContent() throws IOException {
        // Past 64 buffers, so that one message takes several gathering writes.
        final byte[] content = new byte[5_000_001];
        new Random(3).nextBytes(content);
        for (int i = 0; i < 256; i++) {
            content[i] = (byte) i;
        }
        for (final int octetsAWrite : new int[] {Integer.MAX_VALUE, 50_001}) {
            mail.files.writeShort(octetsAWrite);
            mail.offers(mail.transactions.envelope("a@b.example", content, "c@d.example"));
            assertEquals(List.of(ACCEPTED), mail.answers());
        }
        for (int i = 0; i < 2; i++) {
            assertArrayEquals(content, Transactions.octets(mail.content(i)));
        }
        assertEquals(0, mail.transactions.blocks.inUseOctets());
    }

    @Test
    void shouldStoreWhatIsWrittenAnOctetAtATime() throws IOException {
        mail.files.writeShort(1);
        mail.offers("a\0b\u00ff\r\n");
        mail.offers("");
        assertEquals(List.of(ACCEPTED, ACCEPTED), mail.answers());
        assertEquals(List.of("a\0b\u00ff\r\n", ""), mail.contents());
    }

    @Test
    void shouldStoreOneFileForAThousandRecipients() throws IOException {
        final String[] mailboxes = IntStream.range(0, 1000)
                .mapToObj(i -> String.format("%04d", i) + "x".repeat(250))
                .toArray(String[]::new);
        mail.offers(mail.transactions.envelope("a@b.example", "content", mailboxes));
        assertEquals(List.of(ACCEPTED), mail.answers());

        assertEquals(1, mail.in("new").size());
        assertEquals("content", mail.content(0));
        final String text = Transactions.text(Files.readAllBytes(mail.in("new").get(0)));
        assertTrue(text.contains("\r\nDelivered-To: " + mailboxes[999] + "\r\nReceived: "));
    }

    @Test
    void shouldSyncEachFileThenMoveEachThenSyncTheDirectoryOnce() {
        mail.offers("one", "two", "three");
        mail.answers();

        final ByteArrayOutputStream order = new ByteArrayOutputStream();
        mail.files.calls.stream()
                .filter(call -> call != Call.SIZE)
                .forEach(call -> order.write(
                        call == Call.SYNC_DIRECTORY ? 'd' : call.name().charAt(0)));
        assertEquals("CWCWCWSSSMMMd", order.toString(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Test
    void shouldStoreManyBatches() throws IOException {
        mail.offers(Collections.nCopies(600, "x").toArray(String[]::new));
        assertEquals(Collections.nCopies(600, ACCEPTED), mail.answers());
        assertEquals(600, mail.in("new").size());
        assertEquals(List.of(), mail.in("tmp"));
        assertEquals(
                3, mail.files.calls.stream().filter(Call.SYNC_DIRECTORY::equals).count());
    }

    @Test
    void shouldWriteTheHostnameAsMaildirsDo() throws IOException {
        final Path directory = temporary.resolve("other");
        for (final String[] names :
                new String[][] {{"a/b:c", "a\\057b\\072c"}, {"../../x", "..\\057..\\057x"}, {"a b\0\u00fc", "a_b__"}}) {
            try (MaildirDelivery delivery = MaildirDelivery.open(directory, names[0])) {
                delivery.append(mail.transactions.envelope("a@b.example", "x", "c@d.example"));
                delivery.commit();
            }
            final Path name;
            try (var entries = Files.list(directory.resolve("new"))) {
                name = entries.findFirst().orElseThrow();
            }
            assertTrue(name.toString().endsWith("." + names[1]), name.toString());
            Files.delete(name);
        }
        try (MaildirDelivery delivery = MaildirDelivery.open(directory, "x".repeat(253))) {
            delivery.append(mail.transactions.envelope("a@b.example", "x", "c@d.example"));
            delivery.commit();
        }
    }

    @Test
    void shouldRemoveOnlyItsOwnOldFilesFromTmpAtStart() throws IOException {
        final Path tmp = mail.directory.resolve("tmp");
        final String own = "1795328194.0000000000000000000001.";
        final Path oldOwn = create(tmp.resolve(own + "a"), 37);
        final Path youngOwn = create(tmp.resolve(own + "b"), 35);
        final Path oldForeign = create(tmp.resolve("1795328194.P1Q2.host"), 37);
        final Path oldDirectory = Files.createDirectory(tmp.resolve(own + "c"));
        Files.setLastModifiedTime(oldDirectory, hoursAgo(37));
        final Path acknowledged = create(mail.directory.resolve("new").resolve(own + "d"), 37);
        MaildirDelivery.open(mail.directory, "mx.example").close();

        assertFalse(Files.exists(oldOwn));
        for (final Path kept : List.of(youngOwn, oldForeign, oldDirectory, acknowledged)) {
            assertTrue(Files.exists(kept), kept.toString());
        }
    }

    @Test
    void shouldWithdrawAtCloseWhatWasNotCommitted() throws IOException {
        mail.delivery.append(mail.transactions.envelope("a@b.example", "x", "c@d.example"));
        assertEquals(1, mail.in("tmp").size());
        mail.delivery.close();
        mail.delivery.close();
        assertEquals(List.of(), mail.in("tmp"));
    }

    private static Path create(final Path file, final int hoursOld) throws IOException {
        Files.createFile(file);
        return Files.setLastModifiedTime(file, hoursAgo(hoursOld));
    }

    private static FileTime hoursAgo(final int hours) {
        return FileTime.fromMillis(System.currentTimeMillis() - TimeUnit.HOURS.toMillis(hours));
    }
}
