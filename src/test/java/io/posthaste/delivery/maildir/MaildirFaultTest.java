package io.posthaste.delivery.maildir;

import static io.posthaste.envelope.DeliveryStatus.ACCEPTED;
import static io.posthaste.envelope.DeliveryStatus.FAILED_TEMPORARILY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.delivery.maildir.FaultyFiles.Call;
import io.posthaste.envelope.DeliveryStatus;
import io.posthaste.envelope.Envelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MaildirFaultTest {
    private static final List<DeliveryStatus> SECOND_FAILED = List.of(ACCEPTED, FAILED_TEMPORARILY, ACCEPTED);
    private static final List<DeliveryStatus> ALL_FAILED =
            List.of(FAILED_TEMPORARILY, FAILED_TEMPORARILY, FAILED_TEMPORARILY);

    @TempDir
    Path temporary;

    private MaildirFixture mail;

    @BeforeEach
    void open() throws IOException {
        mail = new MaildirFixture(temporary.resolve("mail"));
        mail.offers("one", "two", "three");
    }

    /** After every fault: nothing left in tmp, every block home, and the next message is stored. */
    @AfterEach
    void shouldHaveRecovered() throws IOException {
        mail.files.heal();
        final int before = mail.in("new").size();
        mail.offers("next");
        assertEquals(List.of(ACCEPTED), mail.answers());
        assertEquals(before + 1, mail.in("new").size());
        assertEquals(List.of(), mail.in("tmp"));
        assertEquals(0, mail.transactions.blocks.inUseOctets());
    }

    @Test
    void shouldFailOnlyTheMessageThatCannotBeCreatedWrittenSyncedOrMoved() throws IOException {
        for (final Call call : List.of(Call.CREATE, Call.WRITE, Call.SIZE, Call.SYNC, Call.MOVE)) {
            mail.files.fail(call, 2);
            assertEquals(SECOND_FAILED, mail.answers(), call.name());
            assertEquals(List.of("one", "three"), mail.contents(), call.name());
            assertEquals(List.of(), mail.in("tmp"), call.name());
            for (final Path file : mail.in("new")) {
                Files.delete(file);
            }
            mail.offers("one", "two", "three");
        }
        mail.files.heal();
        mail.answers();
    }

    @Test
    void shouldAnswerAFullDiskAndRecoverWhenThereIsRoom() throws IOException {
        mail.files.failAlways(Call.WRITE);
        assertEquals(ALL_FAILED, mail.answers());
        assertEquals(List.of(), mail.in("tmp"));
        assertEquals(List.of(), mail.in("new"));
    }

    @Test
    void shouldSyncAFileOnlyOnceWhenThatFails() {
        mail.files.failAlways(Call.SYNC);
        assertEquals(ALL_FAILED, mail.answers());
        assertEquals(3, mail.files.calls.stream().filter(Call.SYNC::equals).count());
        assertEquals(
                0,
                mail.files.calls.stream()
                        .filter(call -> call == Call.MOVE || call == Call.SYNC_DIRECTORY)
                        .count());
    }

    @Test
    void shouldWithdrawTheBatchWhenTheDirectoryCannotBeSynced() throws IOException {
        mail.files.fail(Call.SYNC_DIRECTORY, 1);
        assertEquals(ALL_FAILED, mail.answers());
        assertEquals(List.of(), mail.in("new"));
        assertEquals(
                1, mail.files.calls.stream().filter(Call.SYNC_DIRECTORY::equals).count());
    }

    @Test
    void shouldWithdrawAMessageThatWasMovedThoughTheMoveFailed() throws IOException {
        mail.files.failToSayThatItMoved();
        final List<DeliveryStatus> answers = mail.answers();
        assertEquals(FAILED_TEMPORARILY, answers.get(0));
        assertTrue(mail.in("new").stream().noneMatch(file -> file.toString().contains("0001.mx")));
        mail = new MaildirFixture(temporary.resolve("mail"));
        for (final Path file : mail.in("new")) {
            Files.delete(file);
        }
    }

    @Test
    void shouldAnswerEvenWhenNothingCanBeWithdrawn() throws IOException {
        mail.files.fail(Call.SYNC_DIRECTORY, 1);
        mail.files.failAlways(Call.DELETE);
        assertEquals(ALL_FAILED, mail.answers());
        assertEquals(3, mail.in("new").size(), "best effort: the sender's next try makes duplicates, not losses");
    }

    @Test
    void shouldRefuseAContentThatIsNotAllThere() throws IOException {
        mail.answers();
        final Envelope envelope = mail.transactions.envelope("a@b.example", "content", "c@d.example");
        envelope.contentLength(8);
        mail.offers(envelope);
        assertEquals(List.of(FAILED_TEMPORARILY), mail.answers());
        assertEquals(3, mail.in("new").size());
    }

    @Test
    void shouldFailAndRecoverWhenTheDirectoriesVanish() throws IOException {
        final Path incoming = mail.directory.resolve("new");
        Files.delete(incoming);
        assertEquals(ALL_FAILED, mail.answers());
        assertEquals(List.of(), mail.in("tmp"));
        Files.createDirectory(incoming);
    }

    @Test
    void shouldFailAndRecoverWhenInterrupted() throws IOException {
        Thread.currentThread().interrupt();
        final List<DeliveryStatus> answers = mail.answers();
        assertTrue(Thread.interrupted());
        assertEquals(ALL_FAILED, answers);
        assertEquals(List.of(), mail.in("new"));
        assertEquals(List.of(), mail.in("tmp"));
    }
}
