/**
 * Takes messages of a spool on to where they shall go: the interface of forwarders, the durable cursor each of them has
 * ({@code docs/spool-format.md}), retrying, and the forwarder to a Maildir. One sub-package a target that needs more; what
 * needs an optional library is found by its name only.
 *
 * <p>Each forwarder has a thread, which reads the spool beside the delivery thread that writes it, and alone touches the
 * cursor. Uses {@code delivery}, {@code envelope}, {@code memory} and {@code metrics}.
 */
package io.posthaste.forward;
