/**
 * Forwards to a topic of Kafka. {@code docs/operations/kafka.md} describes the records. The only package that sees the
 * client library, which is optional: nothing names this package, it is found by {@link java.util.ServiceLoader}, and the
 * provider and the settings can be loaded without the library.
 *
 * <p>Records are made and sent on the forwarding thread, which may wait there for room and for metadata; the library's own
 * thread tells what became of them. Uses {@code forward} and {@code delivery}.
 */
package io.posthaste.forward.kafka;
