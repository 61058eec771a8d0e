package io.posthaste.loadtest;

import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** When messages are sent, and how many. */
final class PaceOptions {
    private static final long DEFAULT_MESSAGES = 10_000;
    /** What the sequence numbers of the messages have digits for. */
    private static final long MAX_MESSAGES = SequenceSet.MAX_SEQUENCE;

    @Option(
            names = "--closed",
            description = "Closed loop: each connection sends its next message as soon as the last one is answered"
                    + " (the default without --rate).")
    private boolean isClosed;

    @Option(
            names = "--rate",
            paramLabel = "R",
            converter = Rates.Converter.class,
            description = "Open loop: messages are due at this rate a second, whatever the server does."
                    + " R is constant (20000), a ramp (1000..50000, with --over) or steps (1k,5k,10k, with --step).")
    private Rates rates;

    @Option(
            names = "--over",
            paramLabel = "TIME",
            converter = Quantity.Time.class,
            description = "Time that a ramp takes; its last rate holds from then on.")
    private Long overNs;

    @Option(
            names = "--step",
            paramLabel = "TIME",
            converter = Quantity.Time.class,
            description = "Time that each of several rates holds; the last one holds from then on.")
    private Long stepNs;

    @Option(
            names = "--arrivals",
            paramLabel = "uniform|poisson",
            converter = SpacingConverter.class,
            description = "Whether planned times lie at equal distances or at random (default uniform).")
    private Arrivals.Spacing spacing;

    @Option(
            names = "--messages",
            paramLabel = "N",
            description = "Messages to send (default 10000, without limit if --duration is given).")
    private Long messages;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Quantity.Time.class,
            description = "Time after which no further message is begun (default with a ramp or steps: their length).")
    private Long durationNs;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of random arrivals and of the choice among sizes (default ${DEFAULT-VALUE}).")
    private long seed;

    void check(Checks checks) {
        if (messages != null) {
            checks.range("--messages", messages, 1, MAX_MESSAGES);
        }
        if (durationNs != null) {
            checks.range("--duration", durationNs, 1, Long.MAX_VALUE);
        }
        checks.require(rates == null || !isClosed, "--rate and --closed exclude each other");
        checks.require(spacing == null || rates != null, "--arrivals needs --rate");
        final boolean isRamp = rates != null && rates.isRamp();
        final boolean isSteps = rates != null && rates.isSteps();
        checks.require(isRamp == (overNs != null), "--over and a ramp, as in --rate 1000..50000, need each other");
        checks.require(isSteps == (stepNs != null), "--step and several rates, as in --rate 1k,5k, need each other");
        if (isRamp) {
            checks.range("--over", overNs, 1, Long.MAX_VALUE);
        }
        if (isSteps) {
            checks.range("--step", stepNs, 1, Long.MAX_VALUE / rates.values().size());
        }
    }

    /** The schedule; empty for the closed loop. */
    Optional<Pace> pace() {
        if (rates == null) {
            return Optional.empty();
        }
        final RateProfile profile = rates.profile(overNs != null ? overNs : stepNs != null ? stepNs : 0);
        return Optional.of(new Pace(profile, spacing == null ? Arrivals.Spacing.UNIFORM : spacing, seed));
    }

    LoadPlan.Extent extent(long messagesPerConnection) {
        final long lengthNs = pace().map(pace -> pace.profile().lengthNs()).orElse(0L);
        final boolean isOpenEnded = messages == null && durationNs == null;
        final long impliedMessages = isOpenEnded && lengthNs == 0 ? DEFAULT_MESSAGES : LoadPlan.UNLIMITED;
        final long impliedNs = isOpenEnded && lengthNs > 0 ? lengthNs : LoadPlan.UNLIMITED;
        return new LoadPlan.Extent(
                messages == null ? impliedMessages : messages,
                durationNs == null ? impliedNs : durationNs,
                messagesPerConnection == 0 ? LoadPlan.UNLIMITED : messagesPerConnection);
    }

    long seed() {
        return seed;
    }

    /** For picocli. */
    static final class SpacingConverter implements ITypeConverter<Arrivals.Spacing> {
        @Override
        public Arrivals.Spacing convert(String text) {
            for (final Arrivals.Spacing spacing : Arrivals.Spacing.values()) {
                if (spacing.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return spacing;
                }
            }
            throw new TypeConversionException("'" + text + "' is neither uniform nor poisson");
        }
    }
}
