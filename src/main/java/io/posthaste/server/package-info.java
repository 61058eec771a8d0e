/**
 * Configuration, assembly, start and ordered stop; the embedding API. Uses every package but {@code cli}.
 */
package io.posthaste.server;
