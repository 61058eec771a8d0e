/**
 * Slabs, blocks and chains of blocks: all message octets live here, inside a budget fixed at start.
 *
 * <p>A {@link io.posthaste.memory.BlockPool} and everything taken from it belong to one reactor thread. While an envelope
 * is with a delivery, the delivery's thread may read the envelope's blocks; only the reactor gives them back. Uses the JDK
 * only.
 */
package io.posthaste.memory;
