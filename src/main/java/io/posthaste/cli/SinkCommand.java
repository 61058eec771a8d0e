package io.posthaste.cli;

import io.posthaste.delivery.discard.DiscardDelivery;
import io.posthaste.delivery.verify.VerifyDelivery;
import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.LoadLimits;
import io.posthaste.server.ServerBuilder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code posthaste sink}: takes every message and keeps none. */
@Command(name = "sink", description = "Take every message and keep none.", sortOptions = false)
final class SinkCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions options = new ServerOptions();

    @Mixin
    private ConductOptions conduct = new ConductOptions();

    @Mixin
    private ClientLimitOptions clients = new ClientLimitOptions();

    @Mixin
    private LoadLimitOptions load = new LoadLimitOptions();

    @Option(
            names = "--flight-recorder",
            paramLabel = "off|N",
            defaultValue = "off",
            converter = Quantities.EventsOrOff.class,
            description = "Events that each event loop keeps, 64 to 1048576: what a session that ends badly did last is"
                    + " logged. Default: ${DEFAULT-VALUE}.")
    private int flightRecorder;

    @Option(
            names = "--log-transactions",
            negatable = true,
            defaultValue = "false",
            fallbackValue = "true",
            description = "Log a line for each mail transaction to standard error. Default: ${DEFAULT-VALUE}.")
    private boolean logTransactions;

    @Option(
            names = "--access-log",
            paramLabel = "off|N",
            defaultValue = "off",
            converter = Quantities.RateOrOff.class,
            description =
                    "Lines a second that each event loop logs at most about senders and recipients refused by lists,"
                            + " limits and policies, and as many about logins. Default: ${DEFAULT-VALUE}.")
    private int accessLog;

    @Option(
            names = "--verify",
            fallbackValue = "true",
            description =
                    "Check the stamp that 'posthaste load' puts into each message, answer HELP VERIFY, and sum up at"
                            + " the end what came, what is missing, doubled or corrupted.")
    private boolean verify;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Logging.use(options.operation().logFormat());
        final VerifyDelivery verifier = verify ? new VerifyDelivery() : null;
        final ServerBuilder builder;
        try {
            builder = options.builder(conduct.limits(ConductLimits.NONE))
                    .clientLimits(clients.limits(ClientLimits.NONE))
                    .loadLimits(load.limits(LoadLimits.NONE))
                    .flightRecorder(flightRecorder)
                    .accept("*")
                    .logTransactions(logTransactions)
                    .accessLog(accessLog)
                    .deliverTo(verify ? verifier : new DiscardDelivery());
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        return ServerRunner.run(
                spec.commandLine(), builder, options.operation(), verify ? verifier::summary : List::of);
    }
}
