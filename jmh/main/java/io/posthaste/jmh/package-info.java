/**
 * Benchmarks of the rooms a message passes, each beside the plain way of doing the same: methods named {@code baseline…} are
 * that plain way, all others are the server's own code and allocate nothing. May use every package of the server, its public
 * classes only.
 */
package io.posthaste.jmh;
