/**
 * The way on to the mail server behind this one, by SMTP (RFC 5321) or LMTP (RFC 2033): a client that keeps its connections,
 * the delivery that waits for the next server's answer, and the forwarder behind a spool.
 *
 * <pre>
 *   RelayDelivery, RelayForwarder ──offer──▶ RelayClient ──▶ HopConnection ──▶ HopSession ──▶ HopTransaction
 *                                              thread, selector    channel, Wire      octets in, octets out
 * </pre>
 *
 * One thread a {@code RelayClient}: everything below it runs there. {@code HopSession} and what is below it know no socket
 * and no clock. Loaded only when it is named. Uses {@code delivery}, {@code envelope}, {@code memory}, {@code tls}, {@code
 * wire}.
 */
package io.posthaste.relay;
