package io.posthaste.loadtest;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The rate that is asked for, over the time of a run: pieces in each of which it is constant or changes linearly. The
 * last piece's final rate holds for ever.
 *
 * <p>It answers one question: when has the rate summed up to a given count? The time of message n follows from that
 * alone, so no message is kept in a queue. Immutable.
 */
final class RateProfile {
    private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);

    /** A stretch of {@code seconds} in which the rate goes from one value to another, per second. */
    private record Piece(double seconds, double from, double to) {
        private double count() {
            return seconds * (from + to) / 2;
        }

        /** Seconds into the piece at which {@code count} is reached: the root of from·t + (to - from)·t²/2d = count. */
        private double secondsOf(double count) {
            final double slope = (to - from) / seconds;
            final double divisor = from + Math.sqrt(Math.max(0, from * from + 2 * slope * count));
            return divisor == 0 ? 0 : 2 * count / divisor;
        }

        private double countAt(double t) {
            return from * t + (to - from) / seconds * t * t / 2;
        }
    }

    private final Piece[] pieces;
    private final double finalRate;

    private RateProfile(List<Piece> pieces, double finalRate) {
        this.pieces = pieces.toArray(Piece[]::new);
        this.finalRate = finalRate;
    }

    /** The same rate all the time, per second. */
    static RateProfile constant(double rate) {
        return new RateProfile(List.of(), rate);
    }

    /** From one rate to another, linearly. */
    static RateProfile ramp(double from, double to, long overNs) {
        return new RateProfile(List.of(new Piece(overNs / NS_PER_S, from, to)), to);
    }

    /** One rate after the other, each for the same time. */
    static RateProfile steps(List<Double> rates, long stepNs) {
        return new RateProfile(
                rates.stream()
                        .map(rate -> new Piece(stepNs / NS_PER_S, rate, rate))
                        .toList(),
                rates.get(rates.size() - 1));
    }

    /** Time from the start, in nanoseconds, at which {@code count} messages have become due. */
    long timeNsOf(double count) {
        double rest = count;
        double seconds = 0;
        for (final Piece piece : pieces) {
            if (rest < piece.count()) {
                return Math.round((seconds + piece.secondsOf(rest)) * NS_PER_S);
            }
            rest -= piece.count();
            seconds += piece.seconds();
        }
        return Math.round((seconds + rest / finalRate) * NS_PER_S);
    }

    /** Messages that have become due {@code timeNs} after the start. */
    double countAt(long timeNs) {
        double rest = timeNs / NS_PER_S;
        double count = 0;
        for (final Piece piece : pieces) {
            if (rest < piece.seconds()) {
                return count + piece.countAt(rest);
            }
            rest -= piece.seconds();
            count += piece.count();
        }
        return count + rest * finalRate;
    }

    /** Length of the ramp or of all steps; 0 for a constant rate, which has none. */
    long lengthNs() {
        double seconds = 0;
        for (final Piece piece : pieces) {
            seconds += piece.seconds();
        }
        return Math.round(seconds * NS_PER_S);
    }
}
