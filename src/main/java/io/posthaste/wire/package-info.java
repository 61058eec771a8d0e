/**
 * Bytes to protocol tokens: pure functions of (buffer, from, to, state). No copy, log, allocation or reply text inside. Called on reactor threads; parsers that keep results in fields belong to one reactor.
 *
 * <p>Uses Agrona only.
 */
package io.posthaste.wire;
