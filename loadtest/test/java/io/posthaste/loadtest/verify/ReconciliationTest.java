package io.posthaste.loadtest.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReconciliationTest {
    private final Arrivals arrivals = new Arrivals(Messages.RUN);

    @Test
    void shouldBeCleanWhenEachMessageCameOnce() throws IOException {
        for (int i = 0; i < 10_000; i++) {
            comes(Messages.stamped(i, 1));
        }
        final Reconciliation result = result(AcceptedMessages.all(10_000));
        assertTrue(result.isClean());
        assertEquals(10_000, result.accepted());
        assertEquals(0, result.unacknowledged());
        assertEquals(10_000, result.evidence().counts().received());
        assertEquals(9_999, result.evidence().counts().highest());
    }

    @Test
    void shouldTellLostFromNeverAcknowledged() throws IOException {
        for (final int sequence : new int[] {0, 1, 5, 9_000}) {
            comes(Messages.stamped(sequence, 1));
        }
        final Reconciliation result = result(accepted(9_004, 0, 1, 2, 3, 8, 9_001, 9_003));
        assertFalse(result.isClean());
        assertEquals("[2-3, 8, 9001, 9003]", result.lost().list().toString());
        assertEquals(5, result.lost().count());
        assertEquals(2, result.unacknowledged());
        assertEquals(7, result.accepted());
        assertTrue(
                result.text().contains("lost         2-3, 8, 9001, 9003"),
                result.text().toString());
    }

    @Test
    void shouldBlameOnlyForPartsOfWhatWasAcknowledged() throws IOException {
        comes(Messages.stamped(0, 3));
        comes(Messages.stamped(1, 2));
        comes(Messages.stamped(1, 2));
        comes(Messages.stamped(2, 2));
        final Reconciliation result = result(accepted(3, 1, 2));
        assertEquals(2, result.evidence().counts().partial());
        assertEquals("[2]", result.partial().list().toString());
        assertEquals(1, result.unacknowledged());
        assertFalse(result.isClean());
        assertTrue(result(accepted(3, 1)).isClean());
    }

    @Test
    void shouldNotBeCleanWithDuplicatesCorruptionOrDamage() throws IOException {
        comes(Messages.stamped(0, 1));
        assertTrue(result(AcceptedMessages.all(1)).isClean());
        comes("Subject: unstamped\r\n\r\n");
        comes(Messages.stamped("f".repeat(16), 0, 0, 1, ""));
        assertTrue(result(AcceptedMessages.all(1)).isClean(), "strangers harm nobody");
        comes(Messages.stamped(0, 1));
        comes(Messages.stamped(0, 1));
        assertFalse(result(AcceptedMessages.all(1)).isClean());
        assertEquals(1, result(AcceptedMessages.all(1)).evidence().counts().duplicated());
        assertEquals(2, result(AcceptedMessages.all(1)).evidence().counts().surplus());

        final Arrivals corrupted = new Arrivals(Messages.RUN);
        corrupted.add(read(Messages.stamped(0, 1).replace("Bye", "bye")), 0);
        final Reconciliation result =
                Reconciliation.of(corrupted.evidence("a test", "by hand"), AcceptedMessages.all(1));
        assertEquals(1, result.evidence().counts().corrupted());
        assertEquals(0, result.lost().count());
        assertFalse(result.isClean());

        final Arrivals damaged = new Arrivals(Messages.RUN);
        damaged.add(read(Messages.stamped(0, 1).replace("run=0", "run=1")), 0);
        assertFalse(Reconciliation.of(damaged.evidence("a test", "by hand"), AcceptedMessages.all(0))
                .isClean());
    }

    @Test
    void shouldTellTheDelayOfAllButSurplusCopies() throws IOException {
        final long sentUs = 1_795_328_194_567_890L;
        for (int i = 0; i < 100; i++) {
            arrivals.add(read(Messages.stamped(Messages.RUN, i, sentUs, 1, "")), sentUs + 1_000 * (i + 1));
        }
        arrivals.add(read(Messages.stamped(Messages.RUN, 0, sentUs, 1, "")), sentUs + 1_000_000_000);
        arrivals.add(read(Messages.stamped(Messages.RUN, 100, sentUs, 1, "")), sentUs - 5);
        final Evidence.Delays delays =
                result(AcceptedMessages.all(101)).evidence().delays();
        assertEquals(101, delays.count());
        assertEquals(50_000, delays.p50(), 100);
        assertEquals(100_000, delays.max(), 100);
        assertEquals(1, delays.clockAhead());
    }

    @Test
    void shouldWriteTheSameAsJson() throws IOException, JsonParserException {
        for (int i = 0; i < 40; i += 2) {
            comes(Messages.stamped(i, 1));
        }
        final Reconciliation result = result(AcceptedMessages.all(40));
        final JsonObject json = json(result);
        assertEquals(20, json.getLong("lost"));
        assertEquals(20, json.getLong("received"));
        assertEquals(40, json.getLong("accepted"));
        assertFalse(json.getBoolean("clean"));
        assertEquals(10, json.getArray("lost_sequences").size(), "the first of them");
        assertEquals("19", json.getArray("lost_sequences").getString(9));
        assertEquals(20, json.getObject("delay_us").getLong("count"));
        assertTrue(json.getObject("delay_us").getLong("p50") > 0);
        assertTrue(String.join("\n", result.text()).contains("17, 19, ..."));

        final JsonObject none = json(
                Reconciliation.of(new Arrivals(Messages.RUN).evidence("a test", "by hand"), AcceptedMessages.all(0)));
        assertTrue(none.getObject("delay_us").isNull("p50"), "none is not 0");
        assertEquals(-1, none.getLong("highest"));
    }

    @Test
    void shouldJoinNeighbouringRangesAndRefuseDisorder() {
        final Ranges ranges = new Ranges();
        ranges.add(0, 3);
        ranges.add(4, 4);
        ranges.add(6, 9);
        assertEquals(List.of(new Ranges.Range(0, 4), new Ranges.Range(6, 9)), ranges.list());
        assertEquals(9, ranges.count());
        final Ranges.Cursor cursor = ranges.cursor();
        assertEquals(
                List.of(true, true, true, true, true, false, true, true, true, true, false, false),
                IntStream.range(0, 12).mapToObj(cursor::contains).toList());
        assertThrows(IllegalArgumentException.class, () -> ranges.add(9, 10));
        assertThrows(IllegalArgumentException.class, () -> ranges.add(12, 11));
        assertThrows(IllegalArgumentException.class, () -> new Ranges().add(-1, 0));
    }

    private static JsonObject json(Reconciliation result) throws JsonParserException {
        final JsonStringWriter writer = JsonWriter.string().object();
        result.writeTo(writer);
        return JsonParser.object().from(writer.end().done());
    }

    private Reconciliation result(AcceptedMessages accepted) {
        return Reconciliation.of(arrivals.evidence("a test", "by hand"), accepted);
    }

    private void comes(String text) throws IOException {
        arrivals.add(read(text), System.currentTimeMillis() * 1000 + 1_000_000);
    }

    private static StampedMessage read(String text) throws IOException {
        return StampedMessage.read(new ByteArrayInputStream(Messages.octets(text)));
    }

    static AcceptedMessages accepted(long sequences, int... accepted) {
        final BitSet set = new BitSet();
        IntStream.of(accepted).forEach(set::set);
        return new AcceptedMessages() {
            @Override
            public long sequences() {
                return sequences;
            }

            @Override
            public boolean wasAccepted(long sequence) {
                return set.get((int) sequence);
            }
        };
    }
}
