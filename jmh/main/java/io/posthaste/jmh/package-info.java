/**
 * Benchmarks of the rooms a message passes, each beside the plain way of doing the same: methods named {@code baseline…} are
 * that plain way, all others are the server's own code and allocate nothing. A baseline goes on with the name of the method
 * it stands beside, then says how: {@code baselineMailAsString} beside {@code mail}. Before it measures, a benchmark checks
 * that both do the same where that can be seen. {@link io.posthaste.jmh.ResultTable} makes tables of the results. May use
 * every package of the server, its public classes only.
 */
package io.posthaste.jmh;
