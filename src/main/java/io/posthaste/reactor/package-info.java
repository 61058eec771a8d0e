/**
 * The event loop: one reactor a core, each with its own selector, listeners, blocks, timers and counters. The only package
 * that touches {@code java.nio.channels} for sockets.
 *
 * <p>A connection lives and dies on one reactor; nothing on the path of a command is shared between threads. Uses all
 * packages below it.
 */
package io.posthaste.reactor;
