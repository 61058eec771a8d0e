package io.posthaste.delivery;

import java.nio.charset.StandardCharsets;

/**
 * Dates as RFC 5322 section 3.3 wants them, in UTC: {@code Sun, 22 Nov 2026 06:16:34 +0000}.
 *
 * <p>Keeps the last second formatted, because messages of one second follow each other. Allocates nothing, {@link #of} apart.
 * Not thread-safe.
 */
public final class DateText {
    /** Octets of a date. */
    static final int LENGTH = 31;

    private static final int SECONDS_PER_DAY = 86_400;
    private static final byte[] DAYS = ascii("ThuFriSatSunMonTueWed"); // 1970-01-01 was a Thursday
    private static final byte[] MONTHS = ascii("JanFebMarAprMayJunJulAugSepOctNovDec");

    private final byte[] text = ascii("Thu, 01 Jan 1970 00:00:00 +0000");
    private long formattedSeconds;
    private long formattedDays;

    /** A date, for who may allocate; any thread. */
    public static String of(final long epochMs) {
        return new String(new DateText().at(Math.floorDiv(epochMs, 1000L)), StandardCharsets.US_ASCII);
    }

    /**
     * The date, {@link #LENGTH} ASCII octets; borrowed until the next call.
     *
     * @param epochSeconds seconds since 1970, in the years 0 to 9999
     */
    byte[] at(final long epochSeconds) {
        if (epochSeconds != formattedSeconds) {
            final long days = Math.floorDiv(epochSeconds, SECONDS_PER_DAY);
            if (days != formattedDays) {
                putDate(days);
                formattedDays = days;
            }
            putTime((int) (epochSeconds - days * SECONDS_PER_DAY));
            formattedSeconds = epochSeconds;
        }
        return text;
    }

    /** The civil date from the count of days, by eras of 400 years that begin on 1 March. */
    private void putDate(final long days) {
        final long sinceEraZero = days + 719_468;
        final long era = Math.floorDiv(sinceEraZero, 146_097L);
        final int dayOfEra = (int) (sinceEraZero - era * 146_097);
        final int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        final int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        final int monthFromMarch = (5 * dayOfYear + 2) / 153;
        final int day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        final int month = monthFromMarch < 10 ? monthFromMarch + 2 : monthFromMarch - 10;
        final int year = (int) (yearOfEra + era * 400) + (month < 2 ? 1 : 0);

        System.arraycopy(DAYS, 3 * (int) Math.floorMod(days, 7L), text, 0, 3);
        putTwoDigits(5, day);
        System.arraycopy(MONTHS, 3 * month, text, 8, 3);
        putTwoDigits(12, year / 100);
        putTwoDigits(14, year % 100);
    }

    private void putTime(final int secondOfDay) {
        putTwoDigits(17, secondOfDay / 3_600);
        putTwoDigits(20, secondOfDay / 60 % 60);
        putTwoDigits(23, secondOfDay % 60);
    }

    private void putTwoDigits(final int offset, final int number) {
        text[offset] = (byte) ('0' + number / 10);
        text[offset + 1] = (byte) ('0' + number % 10);
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
