/**
 * The command line: commands, options and exit codes. Runs on the main thread, before and beside the server, never on a
 * reactor.
 *
 * <p>Uses {@code server}, {@code reply} and picocli.
 */
package io.posthaste.cli;
