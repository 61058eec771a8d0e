package io.posthaste.cli;

import io.posthaste.policy.ClientLimits;
import io.posthaste.policy.ConductLimits;
import io.posthaste.policy.LoadLimits;
import io.posthaste.server.HostPort;
import io.posthaste.server.ServerConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What is in force where nothing was said and the default depends on the machine, or on other options. */
final class ComputedSettings {
    private static final String NEVER = "0";

    private final ServerConfig config;

    ComputedSettings(final ServerConfig config) {
        this.config = config;
    }

    /** By the name of the option. */
    Map<String, String> byKey() {
        final Map<String, String> values = new HashMap<>();
        values.put("listen", config.listeners().stream().map(HostPort::format).collect(Collectors.joining(",")));
        values.put("hostname", config.hostname());
        values.put("max-connections", Integer.toString(config.maxConnections()));
        values.put("reactors", Integer.toString(config.reactors()));
        values.put("memory", Long.toString(config.memoryOctets()));
        values.put("tls-threads", Integer.toString(config.tlsThreads()));
        putConduct(values, config.conduct());
        putClients(values, config.clients());
        putLoad(values, config.load());
        return values;
    }

    private static void putConduct(final Map<String, String> values, final ConductLimits conduct) {
        values.put("max-errors", Integer.toString(conduct.errors()));
        values.put("max-idle-commands", Integer.toString(conduct.idleCommands()));
        values.put("max-refused-recipients", Integer.toString(conduct.refusedRecipients()));
        values.put("max-command-rate", Integer.toString(conduct.commandsPerSecond()));
        values.put("max-session-time", conduct.sessionNs() / 1_000_000_000L + "s");
        values.put("min-data-rate", Integer.toString(conduct.contentOctetsPerSecond()));
    }

    private static void putClients(final Map<String, String> values, final ClientLimits clients) {
        values.put("max-client-connections", Integer.toString(clients.connections()));
        values.put("max-client-connection-rate", Integer.toString(clients.connectionsPerMinute()));
        values.put("max-client-message-rate", Integer.toString(clients.messagesPerMinute()));
        values.put("max-client-recipient-rate", Integer.toString(clients.recipientsPerMinute()));
        values.put("max-client-auth-failure-rate", Integer.toString(clients.authFailuresPerMinute()));
        values.put("client-limits-exempt", ClientLimits.DEFAULT_EXEMPT);
    }

    private static void putLoad(final Map<String, String> values, final LoadLimits load) {
        values.put("shed-connections-lag", lag(load.connectionsLagNs()));
        values.put("shed-messages-lag", lag(load.messagesLagNs()));
        values.put("shed-connections-memory", percent(load.connectionsMemoryPercent()));
        values.put("shed-messages-memory", percent(load.messagesMemoryPercent()));
        values.put("shed-connections-heap", percent(load.connectionsHeapPercent()));
        values.put("shed-messages-heap", percent(load.messagesHeapPercent()));
    }

    /** As the option takes it. */
    private static String lag(final long lagNs) {
        return lagNs == Long.MAX_VALUE ? NEVER : TimeUnit.NANOSECONDS.toMillis(lagNs) + "ms";
    }

    private static String percent(final int percent) {
        return percent == LoadLimits.NEVER ? NEVER : Integer.toString(percent);
    }
}
