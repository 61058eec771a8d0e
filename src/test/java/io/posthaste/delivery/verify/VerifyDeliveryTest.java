package io.posthaste.delivery.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.envelope.AllocationCounter;
import io.posthaste.envelope.Envelope;
import io.posthaste.envelope.Transactions;
import io.posthaste.reply.HelpTopics;
import io.posthaste.reply.ReplyEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VerifyDeliveryTest {
    private static final long RUN = 0xabcdef0123456789L;
    private static final String ID = "abcdef0123456789";
    private static final long SENT_US = 1_795_328_194_567_890L;

    private final Transactions transactions = new Transactions();
    private long nowUs = SENT_US;
    private final VerifyDelivery delivery = new VerifyDelivery(() -> nowUs, 4);

    @Test
    void shouldCountEachMessageOnce() {
        for (int i = 0; i < 10; i++) {
            takes(message(i).text(), 1);
        }
        says("run=" + ID + " received=10 partial=0 missing=0 duplicated=0 corrupted=0");
        says("highest=9 copies=10 deliveries=10 surplus=0 untracked=0");
        says("from=0 next=-1 ranges=0");
        says("unstamped=0 damaged=0 refused=0");
    }

    @Test
    void shouldFindAStampBehindTraceFieldsAndOverManyBlocks() {
        takes(message(0).withBody("x".repeat(998) + "\r\n").relayedText(), 1);
        takes(message(1).withBody(("x".repeat(998) + "\r\n").repeat(200)).relayedText(), 1);
        says("received=2 partial=0 missing=0 duplicated=0 corrupted=0");
    }

    @Test
    void shouldFindAStampThatLiesAcrossTheEndOfABlock() {
        for (int i = 0; i < 150; i++) {
            takes("Subject: " + "x".repeat(4096 - 11 - i) + "\r\n" + message(i).text(), 1);
        }
        says("received=150 partial=0 missing=0 duplicated=0 corrupted=0");
    }

    @Test
    void shouldNameWhatIsMissing() {
        for (final int sequence : new int[] {2, 3, 7}) {
            takes(message(sequence).text(), 1);
        }
        says("received=3 partial=0 missing=5 duplicated=0 corrupted=0");
        says("highest=7 copies=3");
        says("from=0 next=-1 ranges=2");
        says("gap=0-1 gap=4-6");
        assertTrue(delivery.help("verify " + ID + " from 5").contains("gap=5-6"));
        assertTrue(delivery.help("verify " + ID + " from 8").contains("from=8 next=-1 ranges=0"));
    }

    @Test
    void shouldWeighEachCopyByItsRecipients() {
        takes(message(0).withRecipients(3).text(), 3);
        takes(message(1).withRecipients(3).text(), 1);
        takes(message(1).withRecipients(3).text(), 2);
        takes(message(2).withRecipients(3).text(), 2);
        takes(message(3).withRecipients(3).text(), 2);
        takes(message(3).withRecipients(3).text(), 2);
        says("received=3 partial=1 missing=0 duplicated=1 corrupted=0");
        says("copies=6 deliveries=12 surplus=1 untracked=0");
        says("part=2-2");
    }

    @Test
    void shouldCountADuplicateOncePerMessageAndItsSurplusEachTime() {
        for (int i = 0; i < 4; i++) {
            takes(message(0).text(), 1);
        }
        takes(message(1).text(), 1);
        says("received=2 partial=0 missing=0 duplicated=1 corrupted=0");
        says("copies=5 deliveries=5 surplus=3 untracked=0");
    }

    @Test
    void shouldCountACorruptedCopyAsOneThatCame() {
        takes(message(0).text().replace("Bye", "bye"), 1);
        says("received=1 partial=0 missing=0 duplicated=0 corrupted=1");
    }

    @Test
    void shouldBelieveNothingOfADamagedStamp() {
        takes(message(0).text().replace("rcpt=000001", "rcpt=000002"), 1);
        takes("Subject: bounce\r\n\r\n" + message(1).text(), 1);
        says("received=0 partial=0 missing=0 duplicated=0 corrupted=0");
        says("unstamped=1 damaged=1 refused=0");
        assertEquals(List.of("runs=0 unstamped=1 damaged=1 refused=0"), delivery.help("VERIFY"));
    }

    @Test
    void shouldTellTheDelayOfAllButSurplusCopies() {
        for (int i = 0; i < 99; i++) {
            nowUs = SENT_US + 1_000;
            takes(message(i).text(), 1);
        }
        nowUs = SENT_US + 5_000_000;
        takes(message(99).text(), 1);
        nowUs = SENT_US + 50_000_000;
        takes(message(99).text(), 1);
        final String line = lineWith("delay_count=");
        assertTrue(line.startsWith("delay_count=100 delay_p50_us=100"), line);
        final long maxUs = Long.parseLong(line.replaceAll(".*delay_max_us=(\\d+).*", "$1"));
        assertEquals(5_000_000, maxUs, 50_000);
        assertTrue(line.endsWith("clock_ahead=0"), line);
    }

    @Test
    void shouldSayWhenTheClocksDiffer() {
        nowUs = SENT_US - 1;
        takes(message(0).text(), 1);
        assertTrue(lineWith("delay_count=").matches("delay_count=1 .* delay_max_us=0 clock_ahead=1"));
    }

    @Test
    void shouldRefuseToTrackAndNeverToTake() {
        takes(message(RunLedger.SEQUENCE_LIMIT).text(), 1);
        takes(message(999_999_999_999L).text(), 1);
        takes(message(0).withRecipients(RunLedger.RECIPIENT_LIMIT + 1).text(), 1);
        says("received=0 partial=0 missing=0 duplicated=0 corrupted=0");
        says("highest=-1 copies=0 deliveries=0 surplus=0 untracked=3");
        for (int i = 0; i < 6; i++) {
            takes(message(i * (long) RunLedger.CHUNK_LENGTH).text(), 1);
        }
        says("received=4 partial=0 missing=196605 duplicated=0 corrupted=0");
        says("untracked=5");
        takes(message(RunLedger.SEQUENCE_LIMIT - 1).text(), 1);
        says("untracked=6");
    }

    @Test
    void shouldTrackTheLastSequenceNumberAndTheGreatestNumberOfRecipients() {
        final StampedMessage last = message(RunLedger.SEQUENCE_LIMIT - 1).withRecipients(RunLedger.RECIPIENT_LIMIT);
        final String[] thousand = recipients(1000);
        for (int i = 0; i < 32; i++) {
            takes(last.text(), thousand);
        }
        says("received=0 partial=1");
        takes(last.text(), recipients(RunLedger.RECIPIENT_LIMIT - 32_000));
        says("received=1 partial=0 missing=1073741823 duplicated=0");
        takes(last.text(), 1);
        takes(last.text(), 1);
        says("received=1 partial=0 missing=1073741823 duplicated=1");
        says("surplus=2");
    }

    @Test
    void shouldLimitTheNumberOfRuns() {
        for (int run = 0; run < Ledger.RUN_LIMIT + 3; run++) {
            takes(StampedMessage.of(run, 0).text(), 1);
        }
        final VerifyDelivery roomy = new VerifyDelivery(() -> nowUs, 100);
        for (int run = 0; run < Ledger.RUN_LIMIT + 3; run++) {
            takes(roomy, StampedMessage.of(run, 0).text(), recipients(1));
        }
        final List<String> overview = roomy.help("VERIFY");
        assertEquals("runs=16 unstamped=0 damaged=0 refused=3", overview.get(0));
        assertEquals(17, overview.size());
        assertEquals("run=000000000000000f received=1 partial=0 missing=0 duplicated=0 corrupted=0", overview.get(16));
        assertEquals(16 * 3 + 1, roomy.summary().size());
    }

    @Test
    void shouldTellEveryGapOverSeveralReplies() {
        for (int i = 0; i < 1_000; i++) {
            takes(message(2 * i + 1).withRecipients(i % 2 + 1).text(), 1);
        }
        final List<String> expected = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            expected.add("gap=" + 2 * i + "-" + 2 * i);
            if (i % 2 == 1) {
                expected.add("part=" + (2 * i + 1) + "-" + (2 * i + 1));
            }
        }
        final List<String> ranges = new ArrayList<>();
        long from = 0;
        while (from >= 0) {
            final String reply = String.join(" ", delivery.help("VERIFY " + ID + " FROM " + from));
            Stream.of(reply.split(" "))
                    .filter(word -> word.matches("(gap|part)=.*"))
                    .forEach(ranges::add);
            from = Long.parseLong(reply.replaceAll(".* next=(-?\\d+).*", "$1"));
        }
        assertEquals(expected, ranges);
    }

    @Test
    void shouldFitIntoAReplyWhateverTheFigures() {
        final VerifyDelivery full = new VerifyDelivery(() -> Long.MAX_VALUE / 2, 1 << 14);
        for (int run = 0; run < Ledger.RUN_LIMIT; run++) {
            for (int i = 1; i <= 200; i++) {
                final long sequence = RunLedger.SEQUENCE_LIMIT - 2 * i;
                takes(full, new StampedMessage(-1 - run, sequence, 0, 2, "").text(), recipients(1));
            }
        }
        final long from = RunLedger.SEQUENCE_LIMIT - 399;
        final List<String> reply = full.help("VERIFY ffffffffffffffff FROM " + from);
        assertTrue(reply.get(5).split(" ").length == 16, reply.toString());
        for (final List<String> lines : List.of(reply, full.help("VERIFY"))) {
            final int length = ReplyEncoder.help(lines).length;
            assertTrue(length <= HelpTopics.MAX_REPLY_LENGTH - 500, "octets " + length);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "VERIF",
                "VERIFYX",
                "VERIFY 0",
                "VERIFY abcdef012345678",
                "VERIFY abcdef01234567890",
                "VERIFY abcdef012345678g",
                "VERIFY abcdef0123456789 FROM",
                "VERIFY abcdef0123456789 FROM -1",
                "VERIFY abcdef0123456789 FROM x",
                "VERIFY abcdef0123456789 FROM 1234567890123",
                "VERIFY abcdef0123456789 1"
            })
    void shouldKnowNoOtherTopic(final String topic) {
        assertEquals(List.of(), delivery.help(topic));
    }

    @Test
    void shouldAnswerForARunThatHasNotBegun() {
        assertEquals(
                "run=00000000000000aa received=0 partial=0 missing=0 duplicated=0 corrupted=0",
                delivery.help("verify  00000000000000AA  from  7").get(0));
        assertEquals(List.of("runs=0 unstamped=0 damaged=0 refused=0"), delivery.help("VERIFY"));
    }

    @Test
    void shouldReadTheMachinesClockInMicroseconds() {
        final EpochMicros clock = new EpochMicros();
        final long before = System.currentTimeMillis() * 1000;
        final long reading = clock.getAsLong();
        final long after = System.currentTimeMillis() * 1000 + 1000;
        // A second of tolerance: the wall clock may be stepped.
        assertTrue(reading >= before - 1_000_000 && reading <= after + 1_000_000, before + " " + reading);
        assertTrue(clock.getAsLong() >= reading);
    }

    @Test
    void shouldAllocateNothingForAMessage() {
        final Envelope[] envelopes = new Envelope[64];
        for (int i = 0; i < envelopes.length; i++) {
            envelopes[i] = transactions.envelope(
                    "a@b.example", message(i).withBody("x".repeat(i * 300)).relayedText(), "c@d.example");
        }
        final int rounds = 1_000;
        final long octets = AllocationCounter.octets(rounds, () -> {
            for (final Envelope envelope : envelopes) {
                delivery.append(envelope);
                delivery.commit();
            }
        });
        assertEquals(0, octets);
        says("received=64 partial=0 missing=0 duplicated=64 corrupted=0");
    }

    private static StampedMessage message(final long sequence) {
        return StampedMessage.of(RUN, sequence);
    }

    private void takes(final String text, final int recipients) {
        takes(text, recipients(recipients));
    }

    private void takes(final String text, final String[] recipients) {
        takes(delivery, text, recipients);
    }

    private void takes(final VerifyDelivery taker, final String text, final String[] recipients) {
        final Envelope envelope = transactions.envelope("a@b.example", text, recipients);
        taker.append(envelope);
        taker.commit();
        transactions.envelopes.release(envelope);
        assertEquals(0, transactions.blocks.inUseOctets());
    }

    private static String[] recipients(final int count) {
        final String[] recipients = new String[count];
        for (int i = 0; i < count; i++) {
            recipients[i] = "r" + i + "@d.example";
        }
        return recipients;
    }

    private void says(final String part) {
        lineWith(part);
    }

    private String lineWith(final String part) {
        final List<String> lines = delivery.help("VERIFY " + ID.toUpperCase(Locale.ROOT));
        return lines.stream()
                .filter(line -> line.contains(part))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line with '" + part + "' in " + lines));
    }
}
