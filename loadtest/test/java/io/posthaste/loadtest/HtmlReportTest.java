package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.posthaste.loadtest.html.Xml;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class HtmlReportTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long S = TimeUnit.SECONDS.toNanos(1);
    private static final Latencies NONE = new Latencies(0, 0, 0, 0, 0, 0);
    private static final int RATE = 1000;

    private final PhaseRecorder recorder = new PhaseRecorder();
    private final Tally tally = new Tally();
    private final List<Interval> intervals = new ArrayList<>();

    private void accepted(long count, long correctedNs, long uncorrectedNs) {
        for (long i = 0; i < count; i++) {
            tally.onSent(1);
            tally.onAccepted(1);
            recorder.record(PhaseRecorder.CORRECTED, correctedNs);
            recorder.record(PhaseRecorder.UNCORRECTED, uncorrectedNs);
            recorder.record(Phase.MAIL, uncorrectedNs / 2);
            recorder.record(Phase.CONTENT, 0);
        }
        reply(Phase.END_OF_DATA, "250 ok");
    }

    private void reply(Phase phase, String line) {
        final ReplyParser parser = new ReplyParser();
        final int code = parser.parse(ByteBuffer.wrap((line + "\r\n").getBytes(StandardCharsets.US_ASCII)));
        tally.onReply(phase, code, parser);
    }

    private void seconds(int count, long acceptedInEach, Latencies us) {
        final int from = intervals.size();
        for (int i = 1; i <= count; i++) {
            intervals.add(new Interval(
                    from + i,
                    1,
                    acceptedInEach,
                    acceptedInEach,
                    0,
                    0,
                    0,
                    0,
                    from + i,
                    us,
                    acceptedInEach > 0 ? us : NONE));
        }
    }

    private Summary summary(Plans plans, Workload.End end, Optional<OpenResult> open) {
        final Measurements measurements = new Measurements(List.of(recorder));
        measurements.sample();
        return new Summary(
                plans.plan(),
                Math.max(1, intervals.size()) * S,
                end,
                0,
                tally,
                measurements,
                open,
                List.copyOf(intervals),
                new SequenceSet(),
                Optional.empty());
    }

    private Summary closed() {
        return summary(Plans.to(25).messages(10), Workload.End.MESSAGES, Optional.empty());
    }

    private Summary open(long notBegun, boolean isKeptUp) {
        final Histogram withNotBegun = PhaseRecorder.histogram();
        withNotBegun.recordValueWithCount(2 * S, Math.max(1, notBegun));
        return summary(
                Plans.to(25).messages(LoadPlan.UNLIMITED).rate(RATE),
                Workload.End.DURATION,
                Optional.of(new OpenResult(RATE, 5000, 2345, notBegun, 2 * S, isKeptUp, withNotBegun)));
    }

    private static String html(Summary summary, String... arguments) {
        return HtmlReport.of(
                summary,
                new Origin(
                        List.of(arguments),
                        "posthaste 9.9",
                        Instant.parse("2026-01-02T03:04:05Z").atZone(ZoneOffset.UTC)));
    }

    /** Parses the page, which must hold nothing that is no figure. */
    private static Document page(Summary summary) {
        final String html = html(summary, "127.0.0.1:25");
        for (final String wrong : List.of("NaN", "Infinity", "null", "E-", "http:", "https:")) {
            assertFalse(html.contains(wrong), wrong);
        }
        return Xml.parse(html);
    }

    private static List<String> headings(Document page) {
        return Xml.elements(page, "h2").stream().map(Element::getTextContent).toList();
    }

    private static String text(Document page) {
        return page.getDocumentElement().getTextContent().replace('\u00A0', ' ');
    }

    @Test
    void shouldShowBothLatenciesOfAnOpenLoop() {
        accepted(900, MS, MS);
        accepted(100, 1000 * MS, 2 * MS);
        seconds(3, 333, new Latencies(333, 1000, 1000, 1000, 1_000_000, 1_000_000));
        final Document page = page(open(0, true));
        assertEquals(
                List.of(
                        "Latency by percentile",
                        "Latency over time",
                        "Rate over time",
                        "Backlog over time",
                        "Phases",
                        "What became of the messages",
                        "Replies by code",
                        "The run"),
                headings(page));
        final List<String> legend =
                Xml.elements(page, "li").stream().map(Element::getTextContent).toList();
        assertEquals(List.of("corrected", "uncorrected", "p50", "p99", "max", "accepted", "requested"), legend);
        assertTrue(text(page).contains("The rate was kept up."));
        assertTrue(text(page).contains("The largest at any time: 2,345."));
        assertTrue(text(page).contains("99 %1.00 s2.00 ms"), "p99 of both");
        // Three levels of 1000 a second, as requested: the step line of the plan is flat.
        final String requested = path(page, "Rate over time", "s3");
        assertEquals(1, requested.split("M[0-9.]+ ", -1).length - 1);
    }

    private static String path(Document page, String title, String style) {
        return Xml.elements(page, "path", style).stream()
                .filter(path ->
                        path.getParentNode().getFirstChild().getTextContent().equals(title))
                .findFirst()
                .orElseThrow()
                .getAttribute("d");
    }

    @Test
    void shouldTellOfMessagesNeverBegun() {
        accepted(10, MS, MS);
        seconds(3, 3, new Latencies(3, 1000, 1000, 1000, 1000, 1000));
        final Document page = page(open(1234, false));
        assertTrue(text(page).contains("The rate was not kept up"));
        assertTrue(text(page)
                .contains("Of 5,000 messages due, 1,234 had not begun at the end, the oldest of which had waited for"
                        + " 2.000 s. Counted with what they had waited by then, p99 is at least 2.00 s."));
        assertTrue(text(page).contains("corrected + not begun (at least)"));
    }

    @Test
    void shouldWarnWhenTheGeneratorWasSlow() {
        accepted(10, MS, MS);
        seconds(1, 10, new Latencies(10, 1000, 1000, 1000, 1000, 1000));
        recorder.record(PhaseRecorder.GENERATOR_LAG, MS / 2);
        assertTrue(text(page(open(0, true))).contains("The generator itself was slow."));
    }

    @Test
    void shouldHaveNoCorrectedSeriesInAClosedLoop() {
        accepted(10, MS, MS);
        seconds(2, 5, new Latencies(5, 1000, 1000, 1000, 1000, 1000));
        final Document page = page(closed());
        assertFalse(headings(page).contains("Backlog over time"));
        assertTrue(text(page).contains("A closed loop has no backlog"));
        assertFalse(Xml.elements(page, "li").stream()
                .anyMatch(item -> item.getTextContent().equals("corrected")));
    }

    @Test
    void shouldDrawALoneMessage() {
        accepted(1, MS, MS);
        intervals.add(
                new Interval(0.01, 0.01, 1, 1, 0, 1, 0, 0, 0, NONE, new Latencies(1, 1000, 1000, 1000, 1000, 1000)));
        final Document page = page(closed());
        final String line = path(page, "Latency by percentile", "s1");
        assertTrue(line.startsWith("M58 "), line);
        assertTrue(line.contains("L464 "), line);
    }

    @Test
    void shouldSayThatThereWasNoMessage() {
        final Document page = page(closed());
        assertTrue(text(page).contains("No message was accepted: there is no latency."));
        assertTrue(text(page).contains("No phase was completed."));
        assertTrue(text(page).contains("There was no reply."));
        assertTrue(text(page).contains("The run took no time."));
        page(open(0, true));
    }

    @Test
    void shouldShowARunOfErrorsOnly() {
        tally.onSent(3);
        tally.onRejected(1);
        tally.onFailed(2, 1);
        reply(Phase.RCPT, "550 5.1.1 <nobody> & \"" + "long".repeat(100) + '"');
        tally.onClosed(CloseReason.CONNECT_REFUSED, Phase.CONNECT, "<refused>");
        tally.onGivenUp();
        intervals.add(new Interval(1, 1, 3, 0, 3, 0, 1, 2, 0, NONE, NONE));
        final Document page = page(summary(Plans.to(25).messages(10), Workload.End.GIVEN_UP, Optional.empty()));
        assertTrue(text(page).contains("3 messages sent: 0 accepted, 1 rejected, 2 failed."));
        assertTrue(text(page).contains("It was ended by giving up."));
        assertTrue(text(page).contains("550 (permanent)"));
        final List<String> cells =
                Xml.elements(page, "td").stream().map(Element::getTextContent).toList();
        assertTrue(cells.contains("5.1.1 <nobody> & \"" + "long".repeat(100) + '"'));
        assertTrue(cells.contains("<refused>"));
    }

    @Test
    void shouldLeaveAGapWhereNothingWasAccepted() {
        accepted(10, MS, MS);
        final Latencies us = new Latencies(5, 1000, 1000, 1000, 1000, 1000);
        seconds(1, 5, us);
        seconds(1, 0, NONE);
        seconds(1, 5, us);
        assertEquals(2, path(page(open(0, true)), "Latency over time", "s1").split("M", -1).length - 1);
    }

    @Test
    void shouldDrawThousandsOfIntervalsTogetherAndKeepTheLargest() {
        accepted(10, MS, MS);
        seconds(2000, 5, new Latencies(5, 1000, 1000, 1000, 1000, 1000));
        seconds(1, 5, new Latencies(5, 2000, 2000, 3000, 3000, 4_000_000));
        seconds(1999, 5, new Latencies(5, 1000, 1000, 1000, 1000, 1000));
        final Summary summary = open(0, true);
        final List<TimeSlice> slices = TimeSlice.of(summary);
        assertTrue(slices.size() <= TimeSlice.MOST, "slices " + slices.size());
        assertEquals(
                4_000_000,
                slices.stream().mapToDouble(s -> s.corrected().max()).max().orElse(0));
        assertEquals(20_000, slices.stream().mapToLong(TimeSlice::accepted).sum());
        assertEquals(RATE * 4000.0, slices.stream().mapToDouble(TimeSlice::due).sum(), 1e-6);
        assertEquals(4000, slices.get(slices.size() - 1).toS());
        assertTrue(text(page(summary)).contains("Each step stands for 17 samples"));
        assertTrue(html(summary).length() < 400_000);
    }

    @Test
    void shouldCountAShortRestWithTheLastSecond() {
        seconds(2, 100, new Latencies(100, 1000, 1000, 1000, 1000, 1000));
        intervals.add(
                new Interval(2.01, 0.01, 0, 10, 0, 0, 0, 0, 0, NONE, new Latencies(10, 9000, 9000, 9000, 9000, 9000)));
        final List<TimeSlice> slices = TimeSlice.of(closed());
        assertEquals(2, slices.size());
        assertEquals(
                new Latencies(110, 1000, 1000, 1000, 1000, 9000), slices.get(1).uncorrected());
        assertEquals(110, slices.get(1).accepted());
        assertEquals(2.01, slices.get(1).toS());
        assertEquals(1, slices.get(1).fromS());
    }

    @Test
    void shouldBeTheSameForTheSameRun() {
        accepted(10, MS, MS);
        seconds(3, 3, new Latencies(3, 1000, 1000, 1000, 1000, 1000));
        final Summary summary = open(0, true);
        assertEquals(html(summary, "a"), html(summary, "a"));
    }

    @Test
    void shouldSayHowToRunItAgain() {
        final String argument = "--corpus=<b>it's</b>";
        final Document page = Xml.parse(html(closed(), "127.0.0.1:25", argument));
        assertEquals(
                "posthaste load 127.0.0.1:25 '--corpus=<b>it'\\''s</b>'",
                Xml.elements(page, "code").get(0).getTextContent());
        assertTrue(text(page).contains("Written by posthaste 9.9 on 2026-01-02T03:04:05Z."));
    }
}
