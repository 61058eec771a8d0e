package io.posthaste.loadtest.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {
    private static String labels(Scale scale) {
        return scale.ticks().stream()
                .map(Scale.Tick::label)
                .collect(Collectors.joining(" "))
                .replace('\u00A0', ' ');
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0|0 1",
                "1|1|0 1",
                "3|1|0 1 2 3",
                "7|1|0 2 4 6 8",
                "0.004|0|0 0.001 0.002 0.003 0.004",
                "1999|1|0 500 1000 1500 2000",
                "2000|1|0 500 1000 1500 2000",
                "2001|1|0 500 1000 1500 2000 2500",
                "9999|0|0 2000 4000 6000 8000 10000",
                "30000|0|0 5k 10k 15k 20k 25k 30k",
                "1200000|0|0 0.2M 0.4M 0.6M 0.8M 1M 1.2M"
            })
    void shouldEndLinearScaleWithTheFirstRoundTickAboveTheLargest(double largest, double leastStep, String ticks) {
        final Scale scale = LinearScale.upTo(largest, leastStep, Units.counts(largest));
        assertEquals(ticks, labels(scale));
        assertTrue(scale.position(largest) <= 1);
        assertEquals(0, scale.position(0));
        assertEquals(
                1, scale.position(scale.ticks().get(scale.ticks().size() - 1).value()), 1e-9);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0 s 0.2 s 0.4 s 0.6 s 0.8 s 1 s",
                "0.07|0 s 0.02 s 0.04 s 0.06 s",
                "1.8|0 s 0.5 s 1 s 1.5 s",
                "10.005|0 s 2 s 4 s 6 s 8 s 10 s",
                "60|0 s 10 s 20 s 30 s 40 s 50 s 60 s",
                "90|0 s 15 s 30 s 45 s 60 s 75 s 90 s",
                "121|0 min 0.5 min 1 min 1.5 min 2 min",
                "3600|0 min 10 min 20 min 30 min 40 min 50 min 60 min",
                "86400|0 h 6 h 12 h 18 h 24 h",
                "1000000|0 h 48 h 96 h 144 h 192 h 240 h"
            })
    void shouldDivideTimeAsClocksDo(double seconds, String ticks) {
        final Scale scale = LinearScale.time(seconds);
        assertEquals(ticks, labels(scale));
        assertEquals(seconds > 0 ? 1 : 0, scale.position(seconds));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // One value: a power of ten around it.
                "100|100|50 µs 100 µs 200 µs 500 µs",
                "150|150|50 µs 100 µs 200 µs 500 µs",
                "1000|1000|500 µs 1 ms 2 ms 5 ms",
                "0.3|0.9|0.2 µs 0.5 µs 1 µs 2 µs",
                "120|3000|100 µs 200 µs 500 µs 1 ms 2 ms 5 ms",
                "87|1100000|100 µs 1 ms 10 ms 100 ms 1 s",
                "0|0|0.5 µs 1 µs 2 µs 5 µs",
                "0.001|3600000000|0.001 µs 0.01 µs 0.1 µs 1 µs 10 µs 100 µs 1 ms 10 ms 100 ms 1 s 10 s 100 s 1000 s"
            })
    void shouldPutALogarithmicScaleAroundItsValues(double smallest, double largest, String ticks) {
        final Scale scale = LogScale.around(smallest, largest, Units::roundLatency);
        assertEquals(ticks, labels(scale));
        assertEquals(0, scale.position(0));
        assertTrue(scale.position(smallest) <= scale.position(largest));
        assertEquals(1, scale.position(largest * 1000 + 1000));
    }

    @Test
    void shouldGiveEqualRatiosEqualRoom() {
        final Scale scale = LogScale.around(1, 1000, Units::roundLatency);
        assertEquals(scale.position(10) - scale.position(1), scale.position(1000) - scale.position(100), 1e-12);
        assertEquals(1.0 / 3, scale.position(10), 1e-12);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0 50 90",
                "1|0 50 90",
                "10|0 50 90",
                "1000|0 50 90 99 99.9",
                "20000|0 50 90 99 99.9 99.99",
                "10000000|0  90  99.9  99.999  99.99999"
            })
    void shouldNamePercentilesThatSoManyValuesCanTell(long count, String ticks) {
        assertEquals(ticks, labels(PercentileScale.of(count)));
    }

    @Test
    void shouldGiveEachNineEqualRoom() {
        final Scale scale = PercentileScale.of(1000);
        assertEquals(0, scale.position(0));
        assertEquals(1.0 / 3, scale.position(90), 1e-9);
        assertEquals(2.0 / 3, scale.position(99), 1e-9);
        assertEquals(1, scale.position(99.9), 1e-9);
        assertEquals(1, scale.position(100));
        assertEquals(1, scale.position(PercentileScale.last(1000)), 1e-9);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0.00 µs",
                "1.234|1.23 µs",
                "9.996|10.0 µs",
                "12.34|12.3 µs",
                "99.96|100 µs",
                "999.4|999 µs",
                "999.5|1.00 ms",
                "1234567|1.23 s",
                "3600000000|3,600 s"
            })
    void shouldWriteLatenciesWithThreeDigits(double us, String text) {
        assertEquals(text, Units.latency(us).replace('\u00A0', ' '));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0|0", "0.5|0.50", "14.25|14.3", "99.97|100", "2000|2,000", "1234567.8|1,234,568"})
    void shouldWriteRatesWithTheDigitsThatMatter(double perSecond, String text) {
        assertEquals(text, Units.rate(perSecond));
    }
}
