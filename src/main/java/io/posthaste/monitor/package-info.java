/**
 * What a monitoring system asks a running server: metrics in Prometheus's format, whether it lives, whether it is ready.
 * Runs on threads of its own and only reads what the server counts.
 *
 * <p>Uses {@code server}, {@code metrics} and {@code delivery}, the Prometheus client library and the JDK's HTTP server.
 */
package io.posthaste.monitor;
