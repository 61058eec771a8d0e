/**
 * The load generator: {@code posthaste load}, an SMTP client that sends at planned times or as fast as the server answers,
 * and tells the truth about what it measured.
 *
 * <pre>
 * LoadMain → LoadCommand (Pace-, Shape-, Tls-, ReportOptions) → LoadPlan → LoadRun ─┬─ Engine, one a thread
 *                                                                            └─ Sampler → Measurements, Interval
 *
 * Engine ─┬─ Connection (Wire, below it the socket) ── Dialogue (SMTP, no socket) ── ReplyParser, Batch
 *         │        ├── Outbox (Commands, Messages, Stamp)
 *         │        └── TlsWire, for a PlainWire, made by the thread's TlsClient from the TlsPlan; TlsBuffers
 *         ├─ Workload: ClosedLoop, or OpenLoop over Arrivals over a RateProfile;  IdleQueue, Pacer
 *         └─ Tally, PhaseRecorder, SequenceSet
 *
 * Summary ← Tally, Measurements, OpenResult;  TextReport, JsonReport, HtmlReport ← Summary
 * HtmlReport ← LatencyFigures, TimeFigures (TimeSlice), OutcomeFigures;  it fills a Page of the package html
 * </pre>
 *
 * <p>Everything below {@code Engine} belongs to the engine's thread; the exceptions say so. Uses picocli, HdrHistogram,
 * nanojson and, in {@code html}, jmustache, and nothing of the server: the generator must not share its parser bugs.
 */
package io.posthaste.loadtest;
