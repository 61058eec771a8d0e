package io.posthaste.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class RateProfileTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void shouldPlanAtEqualDistancesForAConstantRate() {
        final RateProfile profile = RateProfile.constant(20_000);
        assertEquals(0, profile.timeNsOf(0));
        assertEquals(50_000, profile.timeNsOf(1));
        assertEquals(SECOND, profile.timeNsOf(20_000));
        // No drift: an hour later each is still where it belongs.
        assertEquals(3600 * SECOND + 50_000, profile.timeNsOf(72_000_001));
        assertEquals(40_000, profile.countAt(2 * SECOND), 1e-6);
        assertEquals(0, profile.lengthNs());
    }

    @Test
    void shouldPlanARampByItsSum() {
        final RateProfile profile = RateProfile.ramp(0, 100, 10 * SECOND);
        // 0 to 100 in 10 s: 5 t² messages after t seconds, then 100 a second.
        assertEquals(0, profile.timeNsOf(0));
        assertEquals(SECOND, profile.timeNsOf(5), 1);
        assertEquals(10 * SECOND, profile.timeNsOf(500), 1);
        assertEquals(12 * SECOND, profile.timeNsOf(700), 1);
        assertEquals(125, profile.countAt(5 * SECOND), 1e-9);
        assertEquals(10 * SECOND, profile.lengthNs());
    }

    @Test
    void shouldPlanADescendingRamp() {
        final RateProfile profile = RateProfile.ramp(100, 20, 10 * SECOND);
        assertEquals(10 * SECOND, profile.timeNsOf(600), 1);
        assertEquals(11 * SECOND, profile.timeNsOf(620), 1);
    }

    @Test
    void shouldPlanStepsOneAfterTheOther() {
        final RateProfile profile = RateProfile.steps(List.of(10.0, 100.0, 1000.0), 2 * SECOND);
        assertEquals(SECOND, profile.timeNsOf(10));
        assertEquals(2 * SECOND, profile.timeNsOf(20));
        assertEquals(3 * SECOND, profile.timeNsOf(120));
        assertEquals(4 * SECOND + SECOND / 1000, profile.timeNsOf(221));
        assertEquals(7 * SECOND, profile.timeNsOf(3220));
        assertEquals(6 * SECOND, profile.lengthNs());
        assertEquals(2220, profile.countAt(6 * SECOND), 1e-9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1000", "0..5000", "70000..10", "5,50,500"})
    void shouldTellTimesThatCountBackToTheMessage(String rates) {
        final RateProfile profile = Rates.parse(rates).profile(3 * SECOND);
        long previousNs = -1;
        for (int n = 1; n < 30_000; n++) {
            final long timeNs = profile.timeNsOf(n);
            assertTrue(timeNs > previousNs, "in order at " + n);
            assertEquals(n, profile.countAt(timeNs), 1e-3);
            previousNs = timeNs;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|not a rate",
                "x|not a rate",
                "-1|not a rate",
                "1e3|not a rate",
                "1...5|not a rate",
                "1..|not a rate",
                "1,,2|not a rate",
                "1..2,3|not a rate",
                "0|too small",
                "5..0|too small",
                "0,1|too small",
                "10001k|too large"
            })
    void shouldRefuseWhatIsNoRate(String text, String named) {
        final Exception e = assertThrows(TypeConversionException.class, () -> Rates.parse(text));
        assertTrue(e.getMessage().contains(named), e.getMessage());
    }

    @Test
    void shouldParseRates() {
        assertEquals(new Rates(false, List.of(20_000.0)), Rates.parse("20k"));
        assertEquals(new Rates(false, List.of(0.5)), Rates.parse("0.5"));
        assertEquals(new Rates(true, List.of(0.0, 1500.0)), Rates.parse("0..1.5k"));
        assertEquals(new Rates(false, List.of(1000.0, 2000.0)), Rates.parse("1000,2k"));
    }
}
