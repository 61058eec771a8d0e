/**
 * The SMTP state machine (RFC 5321): octets and a clock reading go in, replies and an intent come out.
 *
 * <p>It knows no socket, no clock and no thread. Everything here belongs to one reactor and is called on its thread; in
 * the steady state nothing allocates. Uses {@code wire}, {@code reply}, {@code policy}, {@code memory}, {@code envelope},
 * {@code metrics}.
 */
package io.posthaste.session;
