/**
 * A page of plots and tables that needs no other file, no script and no network: the parts of {@code posthaste load
 * --html} that know nothing about mail.
 *
 * <pre>
 * Page ─┬─ Verdict, Tile, Fact
 *       └─ Figure ─┬─ svg ← LinePlot (Series, Zone), BarPlot, RangePlot  ── Scale: LinearScale, LogScale, PercentileScale
 *                  └─ legend, notes, Table
 * </pre>
 *
 * <p>Values in, text out; nothing here is shared between threads. Uses jmustache, which escapes all text of a page; what
 * stands in a plot is escaped by {@link io.posthaste.loadtest.html.Svg}.
 */
package io.posthaste.loadtest.html;
