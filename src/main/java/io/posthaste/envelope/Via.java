package io.posthaste.envelope;

import java.net.InetAddress;

/**
 * The balancer that relayed a connection, and what it told of the client by the PROXY protocol. Texts are printable ASCII
 * without quotation marks and backslashes, with question marks for every other octet; null for what it did not tell.
 * Immutable.
 *
 * @param balancer its own address
 * @param authority the host name that the client asked it for (SNI)
 * @param uniqueId its name for the connection
 * @param tlsVersion of TLS between the client and it
 * @param clientName the common name in the client's certificate, which it has verified
 */
public record Via(InetAddress balancer, String authority, String uniqueId, String tlsVersion, String clientName) {}
