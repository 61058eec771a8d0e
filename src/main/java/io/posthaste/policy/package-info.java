/**
 * Limits and decisions as data: what is taken, from whom, how much. Immutable, shared by all threads.
 *
 * <p>Uses {@code wire} and {@code reply}.
 */
package io.posthaste.policy;
