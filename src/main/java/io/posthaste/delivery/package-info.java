/**
 * The delivery interface and the agent that runs it: append, append, ... commit, receipts.
 *
 * <p>One sub-package a delivery; siblings never see each other. Runs on delivery threads, except deliveries that never
 * block, which run on the reactor's own. Uses {@code envelope}, {@code memory}, {@code metrics}.
 */
package io.posthaste.delivery;
