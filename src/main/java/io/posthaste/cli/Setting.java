package io.posthaste.cli;

import picocli.CommandLine.Model.OptionSpec;

/**
 * An option with what it is set to.
 *
 * @param description what it is for, and its built-in default
 * @param value as it would be written in a file; empty when it is not set and nothing is computed in its place
 * @param origin where the value comes from, for people
 */
record Setting(OptionSpec option, String description, String value, String origin) {
    /** A password in an address: nothing takes one today, and none is to be shown then. */
    private static final String PASSWORD = "://([^/:@]*):[^/@]*@";

    String key() {
        return OptionDefaults.key(option);
    }

    /** The value for people to see. */
    String shown() {
        return value.replaceAll(PASSWORD, "://$1:***@");
    }

    boolean hasSecret() {
        return !shown().equals(value);
    }
}
