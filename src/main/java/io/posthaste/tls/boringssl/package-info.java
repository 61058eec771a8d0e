/**
 * TLS by BoringSSL, through the native methods of netty-tcnative: the only package that sees them. Nothing names it: it is
 * found by {@link java.util.ServiceLoader}, and only works where the optional jars are.
 *
 * <p>What is taken outside the heap has one owner each, and is given back by {@code release()} or {@code close()}: an engine
 * its connection, the context and the keys their engines and {@code BoringSslEngines} together.
 */
package io.posthaste.tls.boringssl;
