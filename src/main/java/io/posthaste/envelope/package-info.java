/**
 * The completed mail transaction (RFC 5321 section 2.3.1: reverse-path, forward-paths, content), its pool, the queue on
 * which it goes out to the delivery and the queue on which its receipt comes back.
 *
 * <p>An envelope belongs to its reactor until it is offered, then to the delivery until its receipt is offered, then to
 * the reactor again. The queues are the only place where threads meet. Uses {@code memory} and JCTools.
 */
package io.posthaste.envelope;
