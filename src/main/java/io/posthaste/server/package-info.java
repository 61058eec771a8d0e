/**
 * Configuration, assembly, start and ordered stop: the embedding API.
 *
 * <p>{@link io.posthaste.server.SmtpServer} is the way in. Uses all packages below it.
 */
package io.posthaste.server;
