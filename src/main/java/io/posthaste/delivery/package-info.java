/**
 * The delivery interface, the agent and the thread that run it (append, append, ... commit, receipts), and what several
 * deliveries share: the trace fields.
 *
 * <p>One sub-package a delivery; siblings never see each other. Runs on delivery threads, except deliveries that never
 * block, which run on the reactor's own. Uses {@code envelope}, {@code memory}, {@code metrics}.
 */
package io.posthaste.delivery;
