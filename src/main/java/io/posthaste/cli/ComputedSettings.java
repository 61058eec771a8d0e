package io.posthaste.cli;

import io.posthaste.policy.ConductLimits;
import io.posthaste.server.HostPort;
import io.posthaste.server.ServerConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What is in force where nothing was said and the default depends on the machine, or on other options. */
final class ComputedSettings {
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
        final ConductLimits conduct = config.conduct();
        values.put("max-errors", Integer.toString(conduct.errors()));
        values.put("max-idle-commands", Integer.toString(conduct.idleCommands()));
        values.put("max-refused-recipients", Integer.toString(conduct.refusedRecipients()));
        values.put("max-command-rate", Integer.toString(conduct.commandsPerSecond()));
        values.put("max-session-time", conduct.sessionNs() / 1_000_000_000L + "s");
        values.put("min-data-rate", Integer.toString(conduct.contentOctetsPerSecond()));
        return values;
    }
}
