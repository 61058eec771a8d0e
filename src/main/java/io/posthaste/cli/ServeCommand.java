package io.posthaste.cli;

import io.posthaste.forward.Retrying;
import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.LoadLimits;
import io.posthaste.server.ServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code posthaste serve}: takes mail and keeps it. */
@Command(name = "serve", description = "Take mail and deliver it.", sortOptions = false)
class ServeCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions options = new ServerOptions();

    @Mixin
    private ConductOptions conduct = new ConductOptions();

    @Mixin
    private AccessOptions access = new AccessOptions();

    @Mixin
    private DnsblOptions dnsbl = new DnsblOptions();

    @Mixin
    private ClientLimitOptions clients = new ClientLimitOptions();

    @Mixin
    private LoadLimitOptions load = new LoadLimitOptions();

    @Option(
            names = "--flight-recorder",
            paramLabel = "off|N",
            defaultValue = "" + ServerBuilder.DEFAULT_FLIGHT_EVENTS,
            converter = Quantities.EventsOrOff.class,
            description = "Events that each event loop keeps, 64 to 1048576: what a session that ends badly did last is"
                    + " logged. Default: ${DEFAULT-VALUE}.")
    private int flightRecorder;

    @Option(
            names = "--accept",
            paramLabel = "DOMAIN",
            split = ",",
            description =
                    "Recipient domain taken; may be repeated, '*' takes all. Default: all on loopback; beyond it the"
                            + " server refuses to start without.")
    private List<String> accept = new ArrayList<>();

    @Option(
            names = "--deliver",
            paramLabel = "URI",
            defaultValue = "maildir:./mail",
            description = "Where messages go. Default: ${DEFAULT-VALUE}. There are maildir:DIR,"
                    + " spool:DIR[?size=10g&segment=64m&retain=all|newest|AGE], discard:, and"
                    + " kafka://HOST:PORT/TOPIC, smtp://HOST:PORT, lmtp://HOST:PORT, which answer when the broker or the"
                    + " next server has.")
    private String deliver;

    @Option(
            names = "--forward",
            paramLabel = "URI",
            split = "\\s*;\\s*",
            description = "Where the mail of a spool goes on to: maildir:DIR, kafka://HOST:PORT[,HOST:PORT…]/TOPIC,"
                    + " smtp://HOST:PORT or lmtp://HOST:PORT; may be"
                    + " repeated. Needs --deliver spool:DIR.")
    private List<String> forward = new ArrayList<>();

    @Option(
            names = "--forward-expiry",
            paramLabel = "TIME",
            defaultValue = Retrying.DEFAULT_EXPIRY_DAYS + "d",
            converter = Quantities.Time.class,
            description = "Age of a message at which a target that still defers it is asked for the last time."
                    + " Default: ${DEFAULT-VALUE}.")
    private Duration forwardExpiry;

    @Option(
            names = "--log-transactions",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Log a line for each mail transaction to standard error. Default: ${DEFAULT-VALUE}.")
    private boolean logTransactions;

    @Option(
            names = "--access-log",
            paramLabel = "off|N",
            defaultValue = "" + ServerBuilder.DEFAULT_ACCESS_LOG_RATE,
            converter = Quantities.RateOrOff.class,
            description =
                    "Lines a second that each event loop logs at most about senders and recipients refused by lists,"
                            + " limits and policies, and as many about logins. Default: ${DEFAULT-VALUE}.")
    private int accessLog;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Logging.use(options.operation().logFormat());
        return ServerRunner.run(spec.commandLine(), builder(), options.operation());
    }

    /** A builder with all that was said set. */
    final ServerBuilder builder() {
        try {
            final ServerBuilder builder = options.builder(conduct.limits(ConductLimits.DEFAULTS))
                    .clientLimits(clients.limits(ClientLimits.DEFAULTS))
                    .loadLimits(load.limits(LoadLimits.DEFAULTS))
                    .flightRecorder(flightRecorder)
                    .logTransactions(logTransactions)
                    .accessLog(accessLog)
                    .deliverTo(deliver)
                    .retrying(Retrying.DEFAULTS.withExpiryMs(forwardExpiry.toMillis()));
            forward.forEach(builder::forwardTo);
            accept.forEach(builder::accept);
            access.applyTo(builder);
            dnsbl.applyTo(builder);
            return builder;
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    final CommandSpec spec() {
        return spec;
    }
}
