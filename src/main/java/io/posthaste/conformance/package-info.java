/**
 * The conformance suite: dialogues as data, what they expect by the RFCs, and the engine that holds a server to them, in
 * process or over the network. Blocking code for tests and for {@code posthaste probe}; never runs on a reactor.
 *
 * <p>Uses the JDK only, so that a fault in the server's own parsers cannot hide itself. The cases lie beside this package
 * as resources; their format is explained in {@code docs/conformance.md}.
 */
package io.posthaste.conformance;
