/**
 * The load generator: {@code posthaste load}, a closed-loop SMTP client that fills a server from one thread and tells
 * the truth about what it measured.
 *
 * <pre>
 * LoadMain → LoadCommand → LoadPlan → Engine ─┬─ Connection (socket) ── Dialogue (SMTP, no socket) ── ReplyParser
 *                                             │        └── Outbox (Commands, MessageContent)
 *                                             └─ Workload (what may still be sent), Measurements
 *                                     Summary ← Measurements;  TextReport, JsonReport ← Summary
 * </pre>
 *
 * <p>Everything between {@code Engine} and {@code Measurements} belongs to the engine's thread; the exceptions say so.
 * Uses picocli, HdrHistogram and nanojson, and nothing of the server: the generator must not share its parser bugs.
 */
package io.posthaste.loadtest;
