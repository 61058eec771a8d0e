/**
 * Look-ups of clients in DNS lists (DNSBL, RFC 5782): a policy that answers from what is known, and a thread of its own that
 * asks DNS servers by UDP. Messages of the DNS (RFC 1035) are read and written here.
 *
 * <p>{@link io.posthaste.dnsbl.Dnsbl} is called on reactor threads, everything below {@code LookupAgent} on the agent's. Uses
 * {@code policy} and {@code reply}.
 */
package io.posthaste.dnsbl;
