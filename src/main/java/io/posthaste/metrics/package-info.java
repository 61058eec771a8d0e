/**
 * Counters and latency recorders: written by one reactor each, read by anyone at any time without a lock.
 *
 * <p>Uses HdrHistogram.
 */
package io.posthaste.metrics;
